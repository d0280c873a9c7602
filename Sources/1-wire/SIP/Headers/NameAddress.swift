/// What From, To, Contact, Route and their like hold: `"Name" <uri>;parameters`
/// (`name-addr` and `addr-spec`, RFC 3261 §20.10).
public struct NameAddress: Hashable, Sendable {
  /// Without its quotes and escapes; nil if there is none.
  public var displayName: String?
  public var uri: URI
  /// Those of the header, not of the URI.
  public var parameters: Parameters

  public init(displayName: String? = nil, uri: URI, parameters: Parameters = Parameters()) {
    self.displayName = displayName
    self.uri = uri
    self.parameters = parameters
  }

  /// One value, not a list; nil if it is malformed.
  public init?(_ text: String) {
    self.init(HeaderValue(text))
  }

  public var tag: String? { parameters.value("tag") }

  /// A Contact's preference, 0 to 1 in thousandths; out of that range it is cut to it
  /// (RFC 3261 §20.10). Nil if there is none or it is no number.
  public var q: Double? {
    parameters.value("q").flatMap { Self.quality($0) }
  }

  /// A Contact's own expiry in seconds (RFC 3261 §10.2.1.1).
  public var expires: UInt32? {
    parameters.value("expires").flatMap { UInt32(saturatingDecimal: $0.utf8) }
  }

  /// Always with angle brackets, so that no parameter can change sides.
  public var text: String {
    let name = displayName.map { QuotedString.quoting($0) + " " } ?? ""
    return "\(name)<\(uri.text)>\(parameters.text)"
  }

  private static func quality(_ text: String) -> Double? {
    let parts = text.utf8.split(separator: .dot, maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 1 || parts.count == 2, text.utf8.count > 0, text != ".",
      parts.allSatisfy({ $0.allSatisfy(\.isDigit) })
    else { return nil }
    guard let whole = UInt32(saturatingDecimal: parts[0].isEmpty ? [0x30] : Array(parts[0])) else {
      return nil
    }
    let digits = parts.count == 2 ? Array(parts[1].prefix(3)) : []
    let padded = digits + Array(repeating: 0x30, count: 3 - digits.count)
    let thousandths = UInt32(decimal: padded) ?? 0
    return whole > 0 ? 1 : Double(thousandths) / 1000
  }
}

extension NameAddress {
  init?(_ value: HeaderValue) {
    let bytes = value.bytes.span.bytes
    guard let places = AddressPlaces(bytes, value.range),
      let uri = URIPlaces(bytes, places.uri.range)
    else { return nil }
    self.init(
      displayName: places.name.present.map(value.unquoted), uri: URI(value, uri),
      parameters: Parameters(header: value, places.parameters.range))
  }
}
