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
  var isWhitespace: Bool { isBlank || self == .carriageReturn || self == .lineFeed }

  /// Bytes of a UTF-8 sequence beyond ASCII.
  var isBeyondASCII: Bool { self >= 0x80 }

  var lowercased: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }

  /// 0 to 15 of a hexadecimal digit.
  var hexDigit: UInt8? {
    if isDigit { return self &- 0x30 }
    let letter = (self | 0x20) &- 0x61
    return letter < 6 ? letter &+ 10 : nil
  }

  private func isIn(_ low: UInt64, _ high: UInt64) -> Bool {
    self < 64 ? low >> UInt64(self) & 1 == 1 : self < 128 && high >> UInt64(self & 63) & 1 == 1
  }

  /// `token`: alphanum and `-.!%*_+`'~`.
  var isToken: Bool { isIn(0x03FF_6CA2_0000_0000, 0x47FF_FFFF_87FF_FFFE) }

  /// `token` and `host` as a `gen-value` (IPv6 brackets and colons), and what peers leave unquoted
  /// although they should not: any printable character that does not structure a header.
  var isParameterValue: Bool {
    switch self {
    case .quote, .comma, .semicolon, .less, .greater, .question, .backslash,
      .leftParenthesis, .rightParenthesis:
      false
    default: 0x21...0x7E ~= self
    }
  }

  /// `unreserved`: alphanum and `-_.!~*'()`.
  var isUnreserved: Bool { isIn(0x03FF_6782_0000_0000, 0x47FF_FFFE_87FF_FFFE) }

  /// `reserved`: `;/?:@&=+$,`.
  var isReserved: Bool { isIn(0xAC00_9850_0000_0000, 0x0000_0000_0000_0001) }
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
