/// A record as it lies in a segment. All integers are little-endian.
///
///      0        4        8      9      11           19
///     +--------+--------+------+------+------------+---------+
///     | length | CRC32C | kind | high | low        | payload |
///     +--------+--------+------+------+------------+---------+
///
/// `length` counts the payload's octets. The checksum covers what follows it and, mixed in, the
/// length.
enum Frame {
  static let checksumOffset = 4
  static let keyOffset = 8
  static let headerLength = 19
  /// No payload is longer: what claims to be is damage, and what would be is the owner's mistake.
  static let payloadLimit = 64 << 20

  /// Appends a frame whose payload `write` appends; it must not touch what was there before.
  static func append(
    _ key: RecordKey, to bytes: inout [UInt8], _ write: (inout [UInt8]) -> Void
  ) {
    let start = bytes.count
    bytes.append(contentsOf: repeatElement(0, count: headerLength))
    write(&bytes)
    let end = bytes.count
    let length = end - start - headerLength
    precondition(length >= 0 && length <= payloadLimit, "a record's payload is out of bounds")
    bytes.store(UInt32(length), at: start)
    bytes[start + keyOffset] = key.kind
    bytes.store(key.high, at: start + keyOffset + 1)
    bytes.store(key.low, at: start + keyOffset + 3)
    bytes.store(checksum(bytes, start: start, length: length), at: start + checksumOffset)
  }

  /// The checksum that the frame at `start` should have.
  static func checksum(_ bytes: [UInt8], start: Int, length: Int) -> UInt32 {
    let covered = (start + keyOffset)..<(start + headerLength + length)
    return Checksum.crc32c(bytes, in: covered) ^ (UInt32(length) &* 0x9E37_79B1)
  }
}

extension [UInt8] {
  /// Overwrites the octets at `offset`, which must exist.
  mutating func store<Integer: FixedWidthInteger>(_ value: Integer, at offset: Int) {
    let size = MemoryLayout<Integer>.size
    precondition(offset >= 0 && offset + size <= count)
    withUnsafeMutableBytes {
      $0.storeBytes(of: value.littleEndian, toByteOffset: offset, as: Integer.self)
    }
  }

  /// The integer at `offset`, whose octets must exist.
  func load<Integer: FixedWidthInteger & BitwiseCopyable>(
    _ type: Integer.Type, at offset: Int
  ) -> Integer {
    precondition(offset >= 0 && offset + MemoryLayout<Integer>.size <= count)
    return withUnsafeBytes {
      Integer(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: type))
    }
  }
}
