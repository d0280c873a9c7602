/// `Digest name=value, name="value"`: what the digest headers share (RFC 3261 §25.1, RFC 7616
/// §3.3 and §3.4). Names are in lower case, values without quotes.
struct AuthenticationParameters {
  private var values: [String: String] = [:]

  /// More make the header malformed.
  private static let limit = 32

  /// Nil for another scheme, for a malformed list, and if a name comes twice: of two nonces or
  /// users nobody could say which was meant.
  init?(digest bytes: ArraySlice<UInt8>) {
    var scanner = HeaderScanner(bytes)
    scanner.skipWhitespace()
    guard let scheme = scanner.token(), scheme.equalsIgnoringCase("Digest".utf8),
      scanner.next?.isWhitespace == true
    else { return nil }
    scanner.skipWhitespace()
    repeat {
      guard let name = scanner.token(), scanner.takeSpaced(.equal),
        let value = Self.value(&scanner)
      else { return nil }
      let key = String(decoding: name.map(\.lowercased), as: UTF8.self)
      guard values.count < Self.limit, values.updateValue(value, forKey: key) == nil else {
        return nil
      }
    } while scanner.takeSpaced(.comma)
    scanner.skipWhitespace()
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
  private static func value(_ scanner: inout HeaderScanner) -> String? {
    if scanner.next == .quote {
      return scanner.quotedString().map { QuotedString.text(of: $0) }
    }
    let plain = scanner.take { $0 != .comma && $0 != .quote && !$0.isWhitespace }
    return plain.isEmpty ? nil : String(decoding: plain, as: UTF8.self)
  }
}
