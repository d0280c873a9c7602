/// Looks for the bytes that structure a message, many at a time: the branches that a byte or a word
/// a turn would take cost more than the work, because no processor foresees how long a line is.
enum ControlScan {
  static let spaces: UInt64 = 0x2020_2020_2020_2020
  private static let topBits: UInt64 = 0x8080_8080_8080_8080
  private static let ones: UInt64 = 0x0101_0101_0101_0101

  /// The top bit of each byte below 0x20. Subtraction borrows only from bytes above a hit, so the
  /// lowest hit is exact.
  @inline(__always)
  private static func controls(_ word: UInt64) -> UInt64 {
    (word &- spaces) & ~word & topBits
  }

  /// The top bit of each byte that is zero; the lowest hit is exact.
  @inline(__always)
  private static func zeros(_ word: UInt64) -> UInt64 {
    (word &- ones) & ~word & topBits
  }

  /// The eight top bits of a word as its lowest byte.
  @inline(__always)
  private static func gathered(_ topBits: UInt64) -> UInt64 {
    ((topBits &>> 7) &* 0x0102_0408_1020_4080) &>> 56
  }

  /// Where the first byte below 0x20 is (line ends, tabs, rubbish), or the end of `bytes`.
  @inline(__always)
  static func firstControl(in bytes: borrowing RawSpan, from start: Int) -> Int {
    var position = start
    while position &+ 32 <= bytes.byteCount {
      let first = controls(bytes.word(at: position))
      let second = controls(bytes.word(at: position &+ 8))
      let third = controls(bytes.word(at: position &+ 16))
      let fourth = controls(bytes.word(at: position &+ 24))
      if first | second | third | fourth != 0 {
        let hits =
          gathered(first) | gathered(second) &<< 8 | gathered(third) &<< 16
          | gathered(fourth) &<< 24
        return position &+ hits.trailingZeroBitCount
      }
      position &+= 32
    }
    while position < bytes.byteCount {
      if bytes[position] < 0x20 { return position }
      position &+= 1
    }
    return position
  }

  /// Whether a control character comes: one below 0x20, or DEL.
  @inline(__always)
  static func hasControl(in bytes: borrowing RawSpan, from start: Int) -> Bool {
    var position = start
    while position &+ 8 <= bytes.byteCount {
      let word = bytes.word(at: position)
      // Adding one to seven bits carries into the top bit from 0x7F alone.
      let delete = ((word & ~topBits) &+ ones) & ~word & topBits
      if controls(word) | delete != 0 { return true }
      position &+= 8
    }
    while position < bytes.byteCount {
      if bytes[position] < 0x20 || bytes[position] == 0x7F { return true }
      position &+= 1
    }
    return false
  }

  /// Where the first such byte is between a place and an end within `bytes`; the end if there is
  /// none.
  @inline(__always)
  static func first(
    _ byte: UInt8, in bytes: borrowing RawSpan, from start: Int, to end: Int
  ) -> Int {
    let pattern = ones &* UInt64(byte)
    var position = start
    while position < end, position &+ 16 <= bytes.byteCount {
      let hits =
        gathered(zeros(bytes.word(at: position) ^ pattern))
        | gathered(zeros(bytes.word(at: position &+ 8) ^ pattern)) &<< 8
      if hits != 0 { return min(position &+ hits.trailingZeroBitCount, end) }
      position &+= 16
    }
    while position < end {
      if bytes[position] == byte { return position }
      position &+= 1
    }
    return end
  }
}
