/// Looks for the bytes that structure a message, eight at a time.
enum ControlScan {
  static let spaces: UInt64 = 0x2020_2020_2020_2020
  static let topBits: UInt64 = 0x8080_8080_8080_8080
  private static let colons: UInt64 = 0x3A3A_3A3A_3A3A_3A3A
  private static let ones: UInt64 = 0x0101_0101_0101_0101

  /// Where the first byte below 0x20 is (line ends, tabs, rubbish), or the end of `bytes`.
  @inline(__always)
  static func firstControl(in bytes: borrowing RawSpan, from start: Int) -> Int {
    var position = start
    while position &+ 8 <= bytes.byteCount {
      let word = UInt64(
        littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: position, as: UInt64.self))
      // Subtraction borrows only from bytes above a hit, so the lowest hit is exact.
      let hits = (word &- spaces) & ~word & topBits
      if hits != 0 { return position &+ hits.trailingZeroBitCount >> 3 }
      position &+= 8
    }
    while position < bytes.byteCount {
      if bytes.unsafeLoad(fromByteOffset: position, as: UInt8.self) < 0x20 { return position }
      position &+= 1
    }
    return position
  }

  /// Where the first colon is, or the end of `bytes`.
  @inline(__always)
  static func firstColon(in bytes: borrowing RawSpan, from start: Int) -> Int {
    var position = start
    while position &+ 8 <= bytes.byteCount {
      let word = UInt64(
        littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: position, as: UInt64.self))
      let difference = word ^ colons
      let hits = (difference &- ones) & ~difference & topBits
      if hits != 0 { return position &+ hits.trailingZeroBitCount >> 3 }
      position &+= 8
    }
    while position < bytes.byteCount {
      if bytes.unsafeLoad(fromByteOffset: position, as: UInt8.self) == .colon { return position }
      position &+= 1
    }
    return position
  }
}
