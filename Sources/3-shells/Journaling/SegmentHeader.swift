import Machines

/// The first octets of a segment. All integers are little-endian.
///
///      0       8        10        12      16       24       32      40       44
///     +-------+--------+---------+-------+--------+--------+-------+--------+
///     | magic | format | version | flags | number | oldest | begun | CRC32C |
///     +-------+--------+---------+-------+--------+--------+-------+--------+
struct SegmentHeader: Equatable {
  /// The owner's version, of what the payloads say.
  var version: UInt16
  /// The segment begins with a rebase: with all that counts, in one batch that ends with a marker.
  /// Without the marker nothing of the segment counts.
  var isRebase: Bool
  var number: SegmentNumber
  /// Recovery begins here: what lies before was needed no more when this segment was begun.
  var oldest: SegmentNumber
  var begun: Instant

  static let length = 44
  private static let checksumOffset = 40
  private static let magic: UInt64 = 0x314C_4E52_4A44_4E54  // "TNDJRNL1"
  /// The format of header and frames that is written, the newest that is read.
  private static let format: UInt16 = 1
  private static let rebaseFlag: UInt32 = 0x0000_0001
}

extension SegmentHeader {
  func encode() -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: Self.length)
    bytes.store(Self.magic, at: 0)
    bytes.store(Self.format, at: 8)
    bytes.store(version, at: 10)
    bytes.store(isRebase ? Self.rebaseFlag : 0, at: 12)
    bytes.store(number.value, at: 16)
    bytes.store(oldest.value, at: 24)
    bytes.store(begun.nanoseconds, at: 32)
    bytes.store(Checksum.crc32c(bytes, in: 0..<Self.checksumOffset), at: Self.checksumOffset)
    return bytes
  }

  /// What the first octets of the segment say, or nil when they are damaged or not all there.
  init?(_ bytes: [UInt8], of segment: SegmentNumber) throws(JournalFault) {
    guard bytes.count >= Self.length, bytes.load(UInt64.self, at: 0) == Self.magic,
      bytes.load(UInt32.self, at: Self.checksumOffset)
        == Checksum.crc32c(bytes, in: 0..<Self.checksumOffset)
    else { return nil }
    let format = bytes.load(UInt16.self, at: 8)
    guard format == Self.format else { throw .unknownFormat(segment, format) }
    version = bytes.load(UInt16.self, at: 10)
    isRebase = bytes.load(UInt32.self, at: 12) & Self.rebaseFlag != 0
    number = SegmentNumber(value: bytes.load(UInt64.self, at: 16))
    oldest = SegmentNumber(value: bytes.load(UInt64.self, at: 24))
    begun = Instant(nanoseconds: bytes.load(Int64.self, at: 32))
    guard number == segment, oldest <= number else { return nil }
  }
}
