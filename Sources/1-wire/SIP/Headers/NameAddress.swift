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
    self.init(Array(text.utf8)[...])
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
  init?(_ bytes: ArraySlice<UInt8>) {
    var scanner = HeaderScanner(bytes)
    scanner.skipWhitespace()
    var name: String?
    if scanner.next == .quote {
      guard let quoted = scanner.quotedString() else { return nil }
      name = QuotedString.text(of: quoted)
      scanner.skipWhitespace()
      guard scanner.next == .less else { return nil }
    } else if let tokens = scanner.displayTokens() {
      name = tokens.isEmpty ? nil : tokens
    }
    let address: ArraySlice<UInt8>
    if scanner.take(.less) {
      guard let enclosed = scanner.take(upTo: .greater) else { return nil }
      address = enclosed
    } else {
      // Without brackets a comma, question mark or semicolon is not the URI's (§20.10), which
      // makes the first two errors (RFC 4475 §3.1.2.13).
      address = scanner.take { $0 != .semicolon && !$0.isWhitespace }
      guard !address.contains(where: { $0 == .comma || $0 == .question }) else { return nil }
    }
    guard let uri = URI(address), let parameters = scanner.parametersToEnd() else { return nil }
    self.init(displayName: name, uri: uri, parameters: parameters)
  }
}

extension HeaderScanner {
  /// The unquoted display name before `<`: tokens parted by white space. Many peers leave UTF-8
  /// unquoted, so that is let through too. Nil, with nothing taken, if it is no name-addr.
  fileprivate mutating func displayTokens() -> String? {
    var ahead = self
    let name = ahead.take { $0.isToken || $0.isBlank || $0.isBeyondASCII }
    guard ahead.next == .less else { return nil }
    self = ahead
    return String(decoding: name.trimming(\.isBlank), as: UTF8.self)
  }
}
