extension FixedWidthInteger {
  /// Digits only, no sign; nil if there is none, another byte, or more than the type holds.
  init?(decimal digits: some Sequence<UInt8>) {
    var number: Self = 0
    var isEmpty = true
    for byte in digits {
      guard byte.isDigit else { return nil }
      let (tens, overflow) = number.multipliedReportingOverflow(by: 10)
      let (sum, carry) = tens.addingReportingOverflow(Self(truncatingIfNeeded: byte &- 0x30))
      if overflow || carry { return nil }
      number = sum
      isEmpty = false
    }
    if isEmpty { return nil }
    self = number
  }

  /// As `init(decimal:)`, but a number beyond the type becomes the largest one: delta-seconds say
  /// "for ever" that way (RFC 3261 §20.19 ends at 2^32 - 1).
  init?(saturatingDecimal digits: some Collection<UInt8>) {
    if let number = Self(decimal: digits) {
      self = number
    } else if !digits.isEmpty, digits.allSatisfy(\.isDigit) {
      self = .max
    } else {
      return nil
    }
  }
}
