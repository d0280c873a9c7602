/// `quoted-string` of RFC 3261 §25.1.
enum QuotedString {
  /// The text within the quotes, its escapes undone. CR and LF, which cannot stand there, become
  /// spaces as they do in `quoting`.
  static func text(of quoted: ArraySlice<UInt8>) -> String {
    var text: [UInt8] = []
    var isEscaped = false
    for byte in quoted.dropFirst().dropLast() {
      if byte == .backslash, !isEscaped {
        isEscaped = true
      } else {
        text.append(byte == .carriageReturn || byte == .lineFeed ? .space : byte)
        isEscaped = false
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// The text in quotes, with what needs an escape escaped. CR and LF cannot be escaped and
  /// become spaces.
  static func quoting(_ text: String) -> String {
    var quoted: [UInt8] = [.quote]
    for byte in text.utf8 {
      switch byte {
      case .quote, .backslash: quoted += [.backslash, byte]
      case .carriageReturn, .lineFeed: quoted.append(.space)
      case 0..<0x20 where byte != .tab, 0x7F: quoted += [.backslash, byte]
      default: quoted.append(byte)
      }
    }
    quoted.append(.quote)
    return String(decoding: quoted, as: UTF8.self)
  }
}
