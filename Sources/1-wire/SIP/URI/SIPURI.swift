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
  /// What follows the scheme and its colon.
  init?(isSecure: Bool, _ bytes: ArraySlice<UInt8>) {
    var scanner = HeaderScanner(bytes)
    var user: ArraySlice<UInt8>?
    var password: ArraySlice<UInt8>?
    if bytes.contains(.at) {
      guard var userInfo = scanner.take(upTo: .at) else { return nil }
      if let colon = userInfo.firstIndex(of: .colon) {
        password = userInfo[(colon + 1)...]
        userInfo = userInfo[..<colon]
      }
      user = userInfo
      guard !userInfo.isEmpty,
        PercentEscape.isValid(userInfo, allowing: \.isUserCharacter),
        PercentEscape.isValid(password ?? [], allowing: \.isPasswordCharacter)
      else { return nil }
    }
    guard let host = scanner.host() else { return nil }
    var port: UInt16?
    if scanner.take(.colon) {
      guard let number = UInt16(decimal: scanner.take(while: \.isDigit)) else { return nil }
      port = number
    }
    guard let parameters = scanner.uriParameters() else { return nil }
    var headers: ArraySlice<UInt8>?
    if scanner.take(.question) {
      let text = scanner.take { _ in true }
      guard PercentEscape.isValid(text, allowing: \.isHeaderCharacter) else { return nil }
      headers = text
    }
    guard scanner.isAtEnd else { return nil }
    self.init(
      isSecure: isSecure, user: user.map { String(decoding: $0, as: UTF8.self) },
      host: String(decoding: host, as: UTF8.self), port: port, parameters: parameters)
    self.password = password.map { String(decoding: $0, as: UTF8.self) }
    self.headers = headers.map { String(decoding: $0, as: UTF8.self) }
  }
}

extension HeaderScanner {
  /// `uri-parameters`: no white space, no quotes.
  mutating func uriParameters() -> Parameters? {
    var parameters = Parameters()
    while take(.semicolon) {
      let name = take { $0.isURIParameterCharacter }
      var value: ArraySlice<UInt8>?
      if take(.equal) { value = take { $0.isURIParameterCharacter } }
      guard !name.isEmpty, value?.isEmpty != true,
        PercentEscape.isValid(name, allowing: \.isURIParameterCharacter),
        PercentEscape.isValid(value ?? [], allowing: \.isURIParameterCharacter),
        parameters.append(name: name, value: value)
      else { return nil }
    }
    return parameters
  }
}

extension UInt8 {
  /// `user`, and `#`, which phones send unescaped in feature codes.
  fileprivate var isUserCharacter: Bool {
    switch self {
    case .ampersand, .equal, .plus, 0x24, .comma, .semicolon, .question, .slash, 0x23: true
    default: isUnreserved
    }
  }

  fileprivate var isPasswordCharacter: Bool {
    switch self {
    case .ampersand, .equal, .plus, 0x24, .comma: true
    default: isUnreserved
    }
  }

  /// `paramchar`; the percent sign of an escape is checked apart.
  fileprivate var isURIParameterCharacter: Bool {
    switch self {
    case .leftBracket, .rightBracket, .slash, .colon, .ampersand, .plus, 0x24, .percent: true
    default: isUnreserved
    }
  }

  /// `hname`, `hvalue` and what joins them.
  fileprivate var isHeaderCharacter: Bool {
    switch self {
    case .leftBracket, .rightBracket, .slash, .question, .colon, .plus, 0x24, .equal, .ampersand:
      true
    default: isUnreserved
    }
  }
}
