// The character classes of RFC 3261 §25.1, one bit a character.

extension UInt8 {
  static var tab: UInt8 { 0x09 }
  static var lineFeed: UInt8 { 0x0A }
  static var carriageReturn: UInt8 { 0x0D }
  static var space: UInt8 { 0x20 }
  static var quote: UInt8 { 0x22 }
  static var percent: UInt8 { 0x25 }
  static var leftParenthesis: UInt8 { 0x28 }
  static var rightParenthesis: UInt8 { 0x29 }
  static var asterisk: UInt8 { 0x2A }
  static var plus: UInt8 { 0x2B }
  static var comma: UInt8 { 0x2C }
  static var dot: UInt8 { 0x2E }
  static var slash: UInt8 { 0x2F }
  static var colon: UInt8 { 0x3A }
  static var semicolon: UInt8 { 0x3B }
  static var less: UInt8 { 0x3C }
  static var equal: UInt8 { 0x3D }
  static var greater: UInt8 { 0x3E }
  static var question: UInt8 { 0x3F }
  static var at: UInt8 { 0x40 }
  static var leftBracket: UInt8 { 0x5B }
  static var backslash: UInt8 { 0x5C }
  static var rightBracket: UInt8 { 0x5D }
  static var ampersand: UInt8 { 0x26 }

  var isDigit: Bool { self &- 0x30 < 10 }

  var isLetter: Bool { (self | 0x20) &- 0x61 < 26 }

  var isAlphanumeric: Bool { isDigit || isLetter }

  /// SP and HTAB.
  var isBlank: Bool { self == .space || self == .tab }

  /// What linear white space is made of.
  var isWhitespace: Bool {
    self <= .space && (isBlank || self == .carriageReturn || self == .lineFeed)
  }

  /// Bytes of a UTF-8 sequence beyond ASCII.
  var isBeyondASCII: Bool { self >= 0x80 }

  var lowercased: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }

  /// 0 to 15 of a hexadecimal digit.
  var hexDigit: UInt8? {
    if isDigit { return self &- 0x30 }
    let letter = (self | 0x20) &- 0x61
    return letter < 6 ? letter &+ 10 : nil
  }

  var isToken: Bool { CharacterClass.token.contains(self) }

  var isReserved: Bool { CharacterClass.reserved.contains(self) }

  /// Printable ASCII but the space.
  var isVisible: Bool { CharacterClass.visible.contains(self) }
}

/// A set of characters: a bit of `CharacterTable`. Nothing beyond ASCII is in any.
struct CharacterClass {
  let bit: UInt16

  @inline(__always)
  func contains(_ byte: UInt8) -> Bool {
    CharacterTable.bits[Int(byte)] & bit != 0
  }

  /// `token`: alphanum and `-.!%*_+`'~`.
  static var token: CharacterClass { CharacterClass(bit: 0x0001) }

  static var digit: CharacterClass { CharacterClass(bit: 0x0002) }

  /// SP, HTAB, CR, LF.
  static var whitespace: CharacterClass { CharacterClass(bit: 0x0004) }

  /// `token` and `host` as a `gen-value` (IPv6 brackets and colons), and what peers leave unquoted
  /// although they should not: any printable character that does not structure a header, so not
  /// one of `",;<>?\()`.
  static var parameterValue: CharacterClass { CharacterClass(bit: 0x0008) }

  /// `reserved`: `;/?:@&=+$,`.
  static var reserved: CharacterClass { CharacterClass(bit: 0x0010) }

  /// Letters, digits and `+-.`, of which a URI's scheme is made.
  static var scheme: CharacterClass { CharacterClass(bit: 0x0020) }

  /// Letters, digits and `-._`, of which a host's name is made.
  static var hostName: CharacterClass { CharacterClass(bit: 0x0040) }

  /// `user`: `unreserved` (alphanum and `-_.!~*'()`), `&=+$,;?/`, and `#`, which phones send
  /// unescaped in feature codes.
  static var user: CharacterClass { CharacterClass(bit: 0x0080) }

  /// `password`: `unreserved` and `&=+$,`.
  static var password: CharacterClass { CharacterClass(bit: 0x0100) }

  /// `paramchar` of a URI: `unreserved`, `[]/:&+$`, and the percent sign of an escape, which is
  /// checked apart.
  static var uriParameter: CharacterClass { CharacterClass(bit: 0x0200) }

  /// `hname`, `hvalue` and what joins them: `unreserved` and `[]/?:+$=&`.
  static var uriHeader: CharacterClass { CharacterClass(bit: 0x0400) }

  /// Printable, and not what delimits a URI in a text (RFC 3986 appendix C): not `<>"`.
  static var uri: CharacterClass { CharacterClass(bit: 0x0800) }

  /// Printable ASCII but the space.
  static var visible: CharacterClass { CharacterClass(bit: 0x1000) }
}

extension Sequence<UInt8> {
  func equalsIgnoringCase(_ other: some Sequence<UInt8>) -> Bool {
    elementsEqual(other) { $0.lowercased == $1.lowercased }
  }
}

extension StringProtocol {
  func equalsIgnoringCase(_ other: some StringProtocol) -> Bool {
    utf8.equalsIgnoringCase(other.utf8)
  }
}
