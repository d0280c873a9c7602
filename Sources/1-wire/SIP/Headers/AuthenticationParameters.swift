/// `Digest name=value, name="value"`: what the digest headers share (RFC 3261 §25.1, RFC 7616
/// §3.3 and §3.4). Names are in lower case, values without quotes.
struct AuthenticationParameters {
  private var values: [String: String] = [:]

  /// More make the header malformed.
  private static let limit = 32

  /// Nil for another scheme, for a malformed list, and if a name comes twice: of two nonces or
  /// users nobody could say which was meant.
  init?(digest text: String) {
    let header = HeaderValue(text)
    let bytes = header.bytes.span.bytes
    var scanner = HeaderScanner(bytes, header.range)
    scanner.skipWhitespace(bytes)
    guard let scheme = scanner.token(bytes), bytes.equals(scheme, ignoringCase: "Digest"),
      scanner.takeWhitespace(bytes)
    else { return nil }
    repeat {
      guard let name = scanner.token(bytes), scanner.takeSpaced(.equal, bytes),
        let value = Self.value(&scanner, header)
      else { return nil }
      let key = header.text(name).lowercased()
      guard values.count < Self.limit, values.updateValue(value, forKey: key) == nil else {
        return nil
      }
    } while scanner.takeSpaced(.comma, bytes)
    scanner.skipWhitespace(bytes)
    guard scanner.isAtEnd else { return nil }
  }

  subscript(name: String) -> String? { values[name] }

  /// Whether the value is a token, as `algorithm` and `qop` have to be (RFC 3261 §25.1): they are
  /// written without quotes, and what is no token would read back as something else. True if there
  /// is none.
  func isToken(_ name: String) -> Bool {
    values[name].map { !$0.isEmpty && $0.utf8.allSatisfy(\.isToken) } ?? true
  }

  /// Quoted or not, whatever the grammar wants there: peers mix that up.
  private static func value(_ scanner: inout HeaderScanner, _ header: HeaderValue) -> String? {
    let bytes = header.bytes.span.bytes
    if scanner.next(bytes) == .quote {
      return scanner.quotedString(bytes).map(header.unquoted)
    }
    let plain = scanner.take(bytes) { $0 != .comma && $0 != .quote && !$0.isWhitespace }
    return plain.isEmpty ? nil : header.text(plain)
  }
}
