import Addressing

/// `sip:user:password@host:port;parameters?headers` (RFC 3261 §19.1.1). The parts are kept as
/// written, escapes included. Equality is that of the texts; `matches` is that of §19.1.4.
public struct SIPURI: Hashable, Sendable {
  /// `sips:`.
  public var isSecure: Bool
  public var user: String?
  public var password: String?
  /// IPv6 in its brackets.
  public var host: String
  public var port: UInt16?
  public var parameters: Parameters
  /// What follows the question mark.
  public var headers: String?

  public init(
    isSecure: Bool = false, user: String?, host: String, port: UInt16?,
    parameters: Parameters = Parameters()
  ) {
    self.isSecure = isSecure
    self.user = user
    self.host = host
    self.port = port
    self.parameters = parameters
  }

  /// Nil if it is malformed or has another scheme.
  public init?(_ text: String) {
    guard case .sip(let uri) = URI(text) else { return nil }
    self = uri
  }

  public var text: String {
    var text = isSecure ? "sips:" : "sip:"
    if let user {
      text += user
      if let password { text += ":" + password }
      text += "@"
    }
    text += host
    if let port { text += ":\(port)" }
    text += parameters.text
    if let headers { text += "?" + headers }
    return text
  }

  /// The user with its escapes undone; not to be put into a URI again.
  public var userDecoded: String? { user.map { PercentEscape.decoded($0) } }

  /// The host, if it is an address.
  public var hostAddress: IPAddress? { IPAddress(host: host) }

  /// The `transport` parameter in lower case.
  public var transport: String? {
    parameters.value("transport").map { PercentEscape.decoded($0).lowercased() }
  }

  /// Whether a route is a loose router's (RFC 3261 §19.1.1).
  public var isLooseRouter: Bool { parameters.has("lr") }
}

extension SIPURI {
  init(_ value: HeaderValue, _ places: URIPlaces) {
    isSecure = places.scheme == .sips
    user = places.user.present.map(value.text)
    password = places.password.present.map(value.text)
    host = value.text(places.host.range)
    port = places.port
    parameters = Parameters(uri: value, places.parameters.range)
    headers = places.headers.present.map(value.text)
  }
}
