/// `tel:number;parameters` (RFC 3966 §3).
public struct TelURI: Hashable, Sendable {
  /// As written, with its visual separators.
  public var number: String
  public var parameters: Parameters

  /// Nil if it is malformed or has another scheme.
  public init?(_ text: String) {
    guard case .tel(let uri) = URI(text) else { return nil }
    self = uri
  }

  /// Starts with `+` and so needs no context.
  public var isGlobal: Bool { number.utf8.first == .plus }

  /// The number without visual separators: `+` and digits of a global one; of a local one also
  /// `*`, `#` and A to F.
  public var digits: String {
    String(decoding: number.utf8.filter { !$0.isVisualSeparator }, as: UTF8.self)
  }

  /// Where a local number means something: a domain or a global prefix.
  public var context: String? { parameters.value("phone-context") }

  public var text: String { "tel:\(number)\(parameters.text)" }
}

extension TelURI {
  init(_ value: HeaderValue, _ places: URIPlaces) {
    number = value.text(places.host.range)
    parameters = Parameters(uri: value, places.parameters.range)
  }
}

extension UInt8 {
  /// `visual-separator`: `-.()`.
  var isVisualSeparator: Bool {
    self == 0x2D || self == .dot || self == .leftParenthesis || self == .rightParenthesis
  }
}
