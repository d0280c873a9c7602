/// CRC-32C (Castagnoli), as in RFC 9260 Appendix A: reflected, polynomial 0x1EDC6F41.
///
/// Eight octets a step, from eight tables; `checksumTable` holds them one after the other.
enum Checksum {
  /// The checksum of a part of `bytes`, which must lie within it.
  static func crc32c(_ bytes: [UInt8], in range: Range<Int>) -> UInt32 {
    precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count)
    return bytes.withUnsafeBytes { bytes in
      checksumTable.withUnsafeBufferPointer { table in
        crc32c(UnsafeRawBufferPointer(rebasing: bytes[range]), table)
      }
    }
  }

  private static func crc32c(
    _ bytes: UnsafeRawBufferPointer, _ table: UnsafeBufferPointer<UInt32>
  ) -> UInt32 {
    var crc: UInt32 = ~0
    var offset = 0
    while bytes.count &- offset >= 8 {
      let word = UInt64(
        littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      let mixed = word ^ UInt64(crc)
      crc =
        table[1792 &+ Int(mixed & 0xFF)] ^ table[1536 &+ Int(mixed >> 8 & 0xFF)]
        ^ table[1280 &+ Int(mixed >> 16 & 0xFF)] ^ table[1024 &+ Int(mixed >> 24 & 0xFF)]
        ^ table[768 &+ Int(mixed >> 32 & 0xFF)] ^ table[512 &+ Int(mixed >> 40 & 0xFF)]
        ^ table[256 &+ Int(mixed >> 48 & 0xFF)] ^ table[Int(mixed >> 56)]
      offset &+= 8
    }
    while offset < bytes.count {
      crc = table[Int((crc ^ UInt32(bytes[offset])) & 0xFF)] ^ (crc >> 8)
      offset &+= 1
    }
    return ~crc
  }
}

private let checksumTable: [UInt32] = {
  var table = [UInt32](repeating: 0, count: 8 * 256)
  for octet in 0..<256 {
    var value = UInt32(octet)
    for _ in 0..<8 {
      value = value & 1 == 1 ? (value >> 1) ^ 0x82F6_3B78 : value >> 1
    }
    table[octet] = value
  }
  for place in 256..<table.count {
    let before = table[place - 256]
    table[place] = (before >> 8) ^ table[Int(before & 0xFF)]
  }
  return table
}()
