import Machines
import Testing

@testable import Journaling

@Suite("The checksum")
struct ChecksumTests {
  /// RFC 9260 Appendix A, octet by octet and without a table.
  private func reference(_ bytes: some Sequence<UInt8>) -> UInt32 {
    var remainder: UInt32 = ~0
    for octet in bytes {
      remainder ^= UInt32(octet.reversedBits) << 24
      for _ in 0..<8 {
        remainder = remainder >> 31 == 1 ? (remainder << 1) ^ 0x1EDC_6F41 : remainder << 1
      }
    }
    return (~remainder).reversedBits
  }

  @Test("The digits 1 to 9 give CRC-32C's check value")
  func checkValue() {
    #expect(Checksum.crc32c(Array("123456789".utf8), in: 0..<9) == 0xE306_9283)
  }

  @Test("Eight octets a step give what one bit a step gives, at any length and place")
  func agrees() {
    var generator = SeededGenerator(seed: 9)
    let bytes = (0..<80).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
    for start in 0..<12 {
      for end in start...bytes.count {
        #expect(Checksum.crc32c(bytes, in: start..<end) == reference(bytes[start..<end]))
      }
    }
  }
}

extension FixedWidthInteger {
  fileprivate var reversedBits: Self {
    (0..<Self.bitWidth).reduce(0) { $0 | ((self >> $1 & 1) << (Self.bitWidth - 1 - $1)) }
  }
}
