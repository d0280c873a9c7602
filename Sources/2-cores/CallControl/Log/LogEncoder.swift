import Machines

/// Writes values of the call log at the end of a buffer.
///
/// Integers are varints of 7 bits, the lowest first (LEB128); signed ones are zigzagged before.
/// Texts and octets are a length and themselves. A moment is its distance from `base`.
package struct LogEncoder {
  package var bytes: [UInt8]
  /// What moments are counted from: the `now` of the step that is written.
  var base: Now

  package init(bytes: [UInt8] = []) {
    self.bytes = bytes
    base = .logOrigin
  }

  package mutating func write(_ text: String) {
    write(varint: UInt64(text.utf8.count))
    // Straight from the text's memory; only a short text has to be laid out first.
    let isDone: Void? = text.utf8.withContiguousStorageIfAvailable { bytes.append(contentsOf: $0) }
    if isDone == nil { bytes.append(contentsOf: text.utf8) }
  }

  package mutating func write(_ octets: [UInt8]) {
    write(varint: UInt64(octets.count))
    bytes.append(contentsOf: octets)
  }

  package mutating func write(_ now: Now) {
    write(nanoseconds: now.steady.nanoseconds &- base.steady.nanoseconds)
    write(nanoseconds: now.wall.nanoseconds &- base.wall.nanoseconds)
  }

  package mutating func write(varint value: UInt64) {
    if value < 0x80 { return bytes.append(UInt8(truncatingIfNeeded: value)) }
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  mutating func write(byte: UInt8) {
    bytes.append(byte)
  }

  /// The lowest octet first.
  mutating func write(fixed value: UInt64) {
    for shift in stride(from: UInt64(0), to: 64, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }

  mutating func write(zigzag value: Int64) {
    write(varint: UInt64(bitPattern: (value << 1) ^ (value >> 63)))
  }

  /// Most spans are whole milliseconds, which fit two or three octets. The others follow a 1,
  /// which no number of milliseconds, doubled as they are, begins with.
  mutating func write(nanoseconds: Int64) {
    let (milliseconds, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000)
    if rest == 0 {
      write(varint: UInt64(bitPattern: (milliseconds << 1) ^ (milliseconds >> 63)) << 1)
    } else {
      write(byte: 1)
      write(zigzag: nanoseconds)
    }
  }

  /// Opens a struct that may grow: how many fields follow. Fields are only ever added, at the end.
  mutating func fields(_ count: UInt8) {
    write(byte: count)
  }

  mutating func write(_ value: some LogValue) {
    value.encode(into: &self)
  }

  // A case of an enum: its tag and what it holds.

  mutating func write<Tag: LogTag>(_ tag: Tag) {
    write(byte: tag.rawValue)
  }

  mutating func write<Tag: LogTag>(_ tag: Tag, _ value: some LogValue) {
    write(byte: tag.rawValue)
    value.encode(into: &self)
  }

  mutating func write<Tag: LogTag>(_ tag: Tag, _ first: some LogValue, _ second: some LogValue) {
    write(byte: tag.rawValue)
    first.encode(into: &self)
    second.encode(into: &self)
  }

  mutating func write<Tag: LogTag>(
    _ tag: Tag, _ first: some LogValue, _ second: some LogValue, _ third: some LogValue
  ) {
    write(byte: tag.rawValue)
    first.encode(into: &self)
    second.encode(into: &self)
    third.encode(into: &self)
  }

  mutating func write<Tag: LogTag>(
    _ tag: Tag, _ first: some LogValue, _ second: some LogValue, _ third: some LogValue,
    _ fourth: some LogValue
  ) {
    write(tag, first, second, third)
    fourth.encode(into: &self)
  }
}

extension Now {
  static let logOrigin = Now(steady: Instant(nanoseconds: 0), wall: WallTime(nanoseconds: 0))
}
