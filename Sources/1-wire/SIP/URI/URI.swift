/// A URI as SIP headers hold it (RFC 3261 §19.1, RFC 3966); of other schemes only the scheme is
/// looked at.
public enum URI: Hashable, Sendable {
  case sip(SIPURI)
  case tel(TelURI)
  /// The text is the whole URI, its scheme included.
  case other(scheme: String, text: String)

  /// Nil if it is malformed. Without the angle brackets that a header puts around it.
  public init?(_ text: String) {
    self.init(Array(text.utf8)[...])
  }

  public var text: String {
    switch self {
    case .sip(let uri): uri.text
    case .tel(let uri): uri.text
    case .other(_, let text): text
    }
  }

  /// In lower case.
  public var scheme: String {
    switch self {
    case .sip(let uri): uri.isSecure ? "sips" : "sip"
    case .tel: "tel"
    case .other(let scheme, _): scheme
    }
  }
}

extension URI {
  init?(_ bytes: ArraySlice<UInt8>) {
    guard let colon = bytes.firstIndex(of: .colon) else { return nil }
    let scheme = bytes[..<colon]
    let rest = bytes[(colon + 1)...]
    // `scheme` of RFC 3261 §25.1: a letter, then letters, digits and `+-.`.
    guard scheme.first?.isLetter == true,
      scheme.allSatisfy({ $0.isAlphanumeric || $0 == .plus || $0 == 0x2D || $0 == .dot })
    else { return nil }
    if scheme.equalsIgnoringCase("sip".utf8) || scheme.equalsIgnoringCase("sips".utf8) {
      guard let uri = SIPURI(isSecure: scheme.count == 4, rest) else { return nil }
      self = .sip(uri)
    } else if scheme.equalsIgnoringCase("tel".utf8) {
      guard let uri = TelURI(rest) else { return nil }
      self = .tel(uri)
    } else {
      guard !rest.isEmpty, rest.allSatisfy(\.isURICharacter) else { return nil }
      self = .other(
        scheme: String(decoding: scheme.map(\.lowercased), as: UTF8.self),
        text: String(decoding: bytes, as: UTF8.self))
    }
  }
}

extension UInt8 {
  /// Printable, and not what delimits a URI in a text (RFC 3986 appendix C).
  fileprivate var isURICharacter: Bool {
    0x21...0x7E ~= self && self != .less && self != .greater && self != .quote
  }
}
