import Foundation
import HTTPTypes

/// The API: finds the operation that a request means, checks what every operation wants checked,
/// and performs it.
struct API: Sendable {
  static let prefix = "/api/v1"
  /// The longest body of a request, in bytes.
  static let maximumBody = 64 << 10

  let resources: [APIResource]
  let access: APIAccess
  private let budget = APIBudget(maximum: 32)

  init(resources: [APIResource], access: APIAccess) {
    self.resources = resources
    self.access = access
  }

  /// Whether a path is the API's to answer.
  static func owns(_ path: String) -> Bool { path == prefix || path.hasPrefix(prefix + "/") }

  /// - Parameter body: reads the body, of so many bytes at most; nil where it is longer.
  func respond(
    to head: HTTPRequest, from caller: APICaller, body: (Int) async throws -> [UInt8]?
  ) async throws -> APIResponse {
    try access.check(caller)
    let target = head.path ?? ""
    let path = String(target.prefix { $0 != "?" })
    let (operation, segments) = try find(head.method, path)
    var request = APIRequest(segments: segments, target: target)
    request.query = try query(of: target, for: operation)
    request.mediaType = try mediaType(head.headerFields, for: operation)
    guard let bytes = try await body(Self.maximumBody) else {
      throw Problem(.contentTooLarge, "a body has at most \(Self.maximumBody) bytes")
    }
    request.body = try self.body(bytes, head.headerFields, for: operation)
    guard let place = budget.take() else { throw Problem.busy("too many requests at a time") }
    defer { place.release() }
    return try await operation.perform(request)
  }

  // MARK: Finding

  private func find(
    _ method: HTTPRequest.Method, _ path: String
  ) throws(Problem) -> (APIOperation, [String: String]) {
    var allowed: Set<String> = []
    for operation in resources.lazy.flatMap(\.operations) {
      guard let segments = match(path, operation.path) else { continue }
      // HEAD is GET without the content, which the server leaves out.
      if operation.method.rawValue == method.rawValue || (operation.method, method) == (.get, .head)
      {
        return (operation, segments)
      }
      allowed.insert(operation.method.rawValue)
      if operation.method == .get { allowed.insert("HEAD") }
    }
    guard !allowed.isEmpty else { throw .notFound("there is nothing under this path") }
    let list = allowed.sorted().joined(separator: ", ")
    throw Problem(
      .methodNotAllowed, "this path takes \(list)", headers: [.allow: list])
  }

  /// The segments that stand for names; nil if the path is another one.
  private func match(_ path: String, _ template: String) -> [String: String]? {
    let given = path.dropFirst(Self.prefix.count)
      .split(separator: "/", omittingEmptySubsequences: false)
    let wanted = template.split(separator: "/", omittingEmptySubsequences: false)
    guard given.count == wanted.count else { return nil }
    var segments: [String: String] = [:]
    for (given, wanted) in zip(given, wanted) {
      if wanted.hasPrefix("{") {
        guard let text = given.removingPercentEncoding, !text.isEmpty else { return nil }
        segments[String(wanted.dropFirst().dropLast())] = text
      } else if given != wanted {
        return nil
      }
    }
    return segments
  }

  // MARK: Checking

  private func query(
    of target: String, for operation: APIOperation
  ) throws(Problem) -> [String: String] {
    guard let mark = target.firstIndex(of: "?") else { return [:] }
    let known = operation.query.map(\.name)
    var query: [String: String] = [:]
    for part in target[target.index(after: mark)...].split(separator: "&") {
      let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = decoded(pair[0]), let value = decoded(pair.count > 1 ? pair[1] : "") else {
        throw Problem(.badRequest, "the query is not well escaped")
      }
      guard known.contains(name) else {
        let shown = String(name.prefix(40))
        let advice =
          known.isEmpty ? "this takes none" : "it takes \(known.joined(separator: ", "))"
        throw .invalid(shown, "unknown parameter \"\(shown)\"; \(advice)")
      }
      guard query.updateValue(value, forKey: name) == nil else {
        throw .invalid(name, "\(name) stands there twice")
      }
    }
    return query
  }

  private func decoded(_ text: Substring) -> String? {
    text.replacing("+", with: " ").removingPercentEncoding
  }

  private func mediaType(
    _ headers: HTTPFields, for operation: APIOperation
  ) throws(Problem) -> String {
    let offered = operation.answer.content.map(\.mediaType)
    guard let first = offered.first else { return "application/json" }
    guard let accept = headers[.accept] else { return first }
    guard let chosen = MediaTypeChoice.best(of: offered, for: accept) else {
      throw Problem(.notAcceptable, "this is to be had as \(offered.joined(separator: ", "))")
    }
    return chosen
  }

  private func body(
    _ bytes: [UInt8], _ headers: HTTPFields, for operation: APIOperation
  ) throws(Problem) -> JSONValue? {
    let taken = operation.body?.mediaTypes ?? ["application/json"]
    // A page can send a form or plain text anywhere without asking; JSON it cannot.
    if operation.method != .get, let type = headers[.contentType] {
      let name = type.prefix { $0 != ";" }.lowercased().trimmingCharacters(in: .whitespaces)
      guard taken.contains(name) else {
        throw Problem(
          .unsupportedMediaType, "send \(taken.joined(separator: " or "))",
          headers: [.accept: taken.joined(separator: ", ")])
      }
    } else if operation.method != .get, !bytes.isEmpty {
      throw Problem(.unsupportedMediaType, "send a Content-Type: \(taken[0])")
    }
    guard operation.body != nil else {
      guard bytes.isEmpty else { throw Problem(.badRequest, "this takes no body") }
      return nil
    }
    return try JSONValue(parsing: bytes)
  }
}
