extension RawSpan {
  /// Checked in debug builds only: whoever walks has compared the position with an end that lies
  /// within the bytes. This and `word(at:)` are the target's only unchecked loads.
  @inline(__always)
  subscript(position: Int) -> UInt8 {
    assert(position >= 0 && position < byteCount)
    return unsafeLoad(fromUncheckedByteOffset: position, as: UInt8.self)
  }

  /// The eight bytes from a position on, the first one lowest.
  @inline(__always)
  func word(at position: Int) -> UInt64 {
    assert(position >= 0 && position <= byteCount - 8)
    let word = unsafeLoadUnaligned(fromUncheckedByteOffset: position, as: UInt64.self)
    return UInt64(littleEndian: word)
  }

  /// Whether the range reads so, without regard to case.
  @inline(__always)
  func equals(_ range: Range<Int>, ignoringCase text: String) -> Bool {
    guard range.count == text.utf8.count else { return false }
    var position = range.lowerBound
    for byte in text.utf8 {
      guard self[position].lowercased == byte.lowercased else { return false }
      position &+= 1
    }
    return true
  }

  /// The first such byte in the range.
  @inline(__always)
  func firstIndex(of byte: UInt8, in range: Range<Int>) -> Int? {
    let found = ControlScan.first(byte, in: self, from: range.lowerBound, to: range.upperBound)
    return found < range.upperBound ? found : nil
  }

  /// The range without white space at its ends.
  @inline(__always)
  func trimming(_ range: Range<Int>) -> Range<Int> {
    var (lower, upper) = (range.lowerBound, range.upperBound)
    while lower < upper, self[lower].isWhitespace { lower &+= 1 }
    while upper > lower, self[upper &- 1].isWhitespace { upper &-= 1 }
    return Range(uncheckedBounds: (lower, upper))
  }

  /// The number of a range of digits; nil if it is empty, has another byte, or is beyond the type.
  @inline(__always)
  func decimal<Number: FixedWidthInteger>(_ range: Range<Int>) -> Number? {
    // Eighteen digits cannot overflow; more are zeros in front, or beyond what any header means.
    guard !range.isEmpty, range.count <= 18 else { return longDecimal(range) }
    var number: UInt64 = 0
    var position = range.lowerBound
    while position < range.upperBound {
      let digit = self[position] &- 0x30
      guard digit < 10 else { return nil }
      number = number &* 10 &+ UInt64(digit)
      position &+= 1
    }
    return Number(exactly: number)
  }

  @inline(never)
  private func longDecimal<Number: FixedWidthInteger>(_ range: Range<Int>) -> Number? {
    var number: Number = 0
    for position in range {
      let digit = self[position] &- 0x30
      let (tens, overflow) = number.multipliedReportingOverflow(by: 10)
      let (sum, carry) = tens.addingReportingOverflow(Number(truncatingIfNeeded: digit))
      if digit > 9 || overflow || carry { return nil }
      number = sum
    }
    return range.isEmpty ? nil : number
  }
}
