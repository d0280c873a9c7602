/// `"%" HEXDIG HEXDIG` of RFC 3261 §25.1.
enum PercentEscape {
  /// Whether every byte is allowed by itself or part of an escape.
  @inline(__always)
  static func isValid(
    _ bytes: borrowing RawSpan, _ range: Range<Int>, allowing allowed: CharacterClass
  ) -> Bool {
    var index = range.lowerBound
    while index < range.upperBound {
      if bytes[index] == .percent {
        guard index &+ 2 < range.upperBound, bytes[index &+ 1].hexDigit != nil,
          bytes[index &+ 2].hexDigit != nil
        else { return false }
        index &+= 3
      } else {
        guard allowed.contains(bytes[index]) else { return false }
        index &+= 1
      }
    }
    return true
  }

  /// Undoes every escape.
  static func decoded(_ text: some StringProtocol) -> String {
    String(decoding: replaced(text) { [$0] }, as: UTF8.self)
  }

  /// Makes equal what RFC 3261 §19.1.4 calls equivalent: escapes of characters that are not
  /// reserved are undone, the others have capital digits.
  static func normalized(_ text: some StringProtocol) -> [UInt8] {
    replaced(text) { byte in
      let isAmbiguous = byte.isReserved || byte == .percent || byte < 0x21
      return isAmbiguous ? [.percent] + [byte >> 4, byte & 0xF].map(\.hexCapital) : [byte]
    }
  }

  private static func replaced(
    _ text: some StringProtocol, with replacement: (UInt8) -> [UInt8]
  ) -> [UInt8] {
    let bytes = Array(text.utf8)[...]
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var index = bytes.startIndex
    while index < bytes.endIndex {
      if bytes[index] == .percent, let byte = value(in: bytes, at: index) {
        result += replacement(byte)
        index += 3
      } else {
        result.append(bytes[index])
        index += 1
      }
    }
    return result
  }

  private static func value(in text: ArraySlice<UInt8>, at index: Int) -> UInt8? {
    guard index + 2 < text.endIndex, let high = text[index + 1].hexDigit,
      let low = text[index + 2].hexDigit
    else { return nil }
    return high << 4 | low
  }
}

extension UInt8 {
  /// The digit of 0 to 15.
  fileprivate var hexCapital: UInt8 { self < 10 ? 0x30 + self : 0x37 + self }
}
