/// Where one header line lies in a message, in eight bytes.
///
/// ```
///  63         43 42          29 28             8 7  6      0
/// +-------------+--------------+----------------+--+--------+
/// |    start    | value offset |  value length  |F |  code  |
/// +-------------+--------------+----------------+--+--------+
/// ```
/// The value is without the white space around it; F says that it is folded (RFC 3261 §7.3.1).
struct HeaderLine: BitwiseCopyable, Sendable {
  private var packed: UInt64

  static let largestStart = 0x1F_FFFF
  static let largestValueOffset = 0x3FFF

  init() { packed = 0 }

  /// The offsets are bounded by `largestStart` and `largestValueOffset`: `SIPLimits` and the edits
  /// see to it.
  init(start: Int, value: Range<Int>, isFolded: Bool, code: UInt8) {
    packed =
      UInt64(truncatingIfNeeded: start) &<< 43
      | UInt64(truncatingIfNeeded: value.lowerBound &- start) &<< 29
      | UInt64(truncatingIfNeeded: value.upperBound &- value.lowerBound) &<< 8
      | (isFolded ? 0x80 : 0) | UInt64(code & 0x7F)
  }

  /// The offset of the name's first byte.
  var start: Int { Int(packed >> 43) }

  var value: Range<Int> {
    let lower = start &+ Int(packed >> 29 & 0x3FFF)
    return Range(uncheckedBounds: (lower, lower &+ Int(packed >> 8 & 0x1F_FFFF)))
  }

  var isFolded: Bool { packed & 0x80 != 0 }

  var code: UInt8 { UInt8(truncatingIfNeeded: packed & 0x7F) }

  mutating func shift(by distance: Int) {
    packed = UInt64(start + distance) << 43 | packed & 0x7FF_FFFF_FFFF
  }
}
