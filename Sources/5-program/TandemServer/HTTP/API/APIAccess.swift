import Addressing
import HTTPTypes

/// Who may use the API: the machine itself, and whoever has the token.
///
/// The API names who calls whom and ends things, and browsers on the same machine run strangers'
/// programs. So the machine itself is only who comes from a loopback address, was not passed on
/// by a proxy, and calls us by a name that no stranger's DNS can point here.
struct APIAccess: Sendable {
  private let currentToken: @Sendable () -> Secret?

  init(token: Secret?) {
    currentToken = { token }
  }

  /// With the token as it is at the moment.
  init(_ running: RunningConfiguration) {
    currentToken = { running.current.http?.token }
  }

  private var token: Secret? { currentToken() }

  func check(_ caller: APICaller) throws(Problem) {
    try refuseForeignPages(caller)
    let token = token
    if let token, let given = caller.bearerToken {
      guard isEqual(given, token.clearText) else {
        throw unauthorized("the token is not the node's http.adminToken", "invalid_token")
      }
      return
    }
    guard caller.source?.isLoopback == true, !caller.isForwarded else {
      guard token == nil else {
        throw unauthorized("say Authorization: Bearer and the node's http.adminToken", nil)
      }
      throw Problem(
        .forbidden, "only from this machine itself, while http.adminToken is not set")
    }
    guard caller.namesUsPlainly else {
      throw Problem(
        .forbidden,
        "from this machine, call the node localhost or by its address, "
          + "or send the token", code: "unknown-host")
    }
  }

  /// No page of another site may ask anything, read or write: there is nothing here for browsers.
  private func refuseForeignPages(_ caller: APICaller) throws(Problem) {
    let isForeign =
      caller.origin.map { origin in
        let host = caller.host?.lowercased() ?? ""
        return !["http://\(host)", "https://\(host)"].contains(origin.lowercased())
      } ?? false
    let isCrossSite = caller.fetchSite.map { !["same-origin", "none"].contains($0) } ?? false
    if isForeign || isCrossSite {
      throw Problem(
        .forbidden, "a page of another site may not use the API", code: "cross-site")
    }
  }

  private func unauthorized(_ detail: String, _ error: String?) -> Problem {
    let parameters = error.map { ", error=\"\($0)\"" } ?? ""
    return Problem(
      .unauthorized, detail,
      headers: [.wwwAuthenticate: "Bearer realm=\"tandem\"\(parameters)"])
  }

  /// In a time that does not tell how much of it is right.
  private func isEqual(_ given: String, _ expected: String) -> Bool {
    let (given, expected) = (Array(given.utf8), Array(expected.utf8))
    var difference = UInt8(given.count == expected.count ? 0 : 1)
    for index in given.indices where !expected.isEmpty {
      difference |= given[index] ^ expected[index % expected.count]
    }
    return difference == 0
  }
}

/// What a request tells of who sends it.
struct APICaller: Sendable {
  /// The other end of the connection.
  var source: IPAddress?
  /// As in the request: `localhost:8080`.
  var host: String?
  var origin: String?
  var fetchSite: String?
  var authorization: String?
  /// A proxy on this machine speaks for somebody who may be anywhere.
  var isForwarded = false

  init() {}

  init(_ request: HTTPRequest, from source: IPAddress?) {
    let headers = request.headerFields
    self.source = source
    host = request.authority ?? headers[.host]
    origin = headers[.origin]
    fetchSite = headers[.fetchSite]
    authorization = headers[.authorization]
    isForwarded = HTTPField.Name.forwarding.contains { headers[$0] != nil }
  }

  /// The scheme's case does not matter.
  var bearerToken: String? {
    guard let authorization, authorization.utf8.count > 7,
      authorization.prefix(7).lowercased() == "bearer "
    else { return nil }
    return String(authorization.dropFirst(7).drop { $0 == " " })
  }

  /// By an address or as `localhost`: a name that a stranger made point here is refused, for the
  /// browser that was lured so thinks that it talks to the stranger.
  var namesUsPlainly: Bool {
    guard let host else { return false }
    if host.hasPrefix("[") {
      return IPAddress(host.dropFirst().prefix { $0 != "]" }) != nil
    }
    let name = host.prefix { $0 != ":" }
    return name.lowercased() == "localhost" || IPAddress(name) != nil
  }
}

extension HTTPField.Name {
  fileprivate static let host = named("Host")
  fileprivate static let fetchSite = named("Sec-Fetch-Site")
  fileprivate static let forwarding = ["Forwarded", "X-Forwarded-For", "Via"].map(named)
  static let link = named("Link")

  /// For names that stand in the program.
  private static func named(_ name: String) -> HTTPField.Name {
    guard let name = HTTPField.Name(name) else { preconditionFailure("\(name) is no name") }
    return name
  }
}
