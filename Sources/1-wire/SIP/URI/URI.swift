/// A URI as SIP headers hold it (RFC 3261 §19.1, RFC 3966); of other schemes only the scheme is
/// looked at.
public enum URI: Hashable, Sendable {
  case sip(SIPURI)
  case tel(TelURI)
  /// The text is the whole URI, its scheme included.
  case other(scheme: String, text: String)

  /// Nil if it is malformed. Without the angle brackets that a header puts around it.
  public init?(_ text: String) {
    self.init(HeaderValue(text))
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
  init?(_ value: HeaderValue) {
    guard let places = URIPlaces(value.bytes.span.bytes, value.range) else { return nil }
    self.init(value, places)
  }

  init(_ value: HeaderValue, _ places: URIPlaces) {
    self =
      switch places.scheme {
      case .sip, .sips: .sip(SIPURI(value, places))
      case .tel: .tel(TelURI(value, places))
      case .other:
        .other(
          scheme: value.text(places.schemeName.range).lowercased(),
          text: value.text(places.whole.range))
      }
  }
}
