// Numbers with their highest octet first. Whoever reads has looked that they are there.
extension [UInt8] {
  func number(at position: Int) -> UInt16 {
    UInt16(self[position]) << 8 | UInt16(self[position + 1])
  }

  func longNumber(at position: Int) -> UInt32 {
    UInt32(number(at: position)) << 16 | UInt32(number(at: position + 2))
  }

  mutating func append(number: UInt16) {
    append(UInt8(truncatingIfNeeded: number >> 8))
    append(UInt8(truncatingIfNeeded: number))
  }

  mutating func append(longNumber: UInt32) {
    append(number: UInt16(truncatingIfNeeded: longNumber >> 16))
    append(number: UInt16(truncatingIfNeeded: longNumber))
  }
}
