import Machines

/// Reads what `LogEncoder` wrote. It trusts nothing: what is not there, or cannot be, is a fault,
/// and no memory is taken that the octets at hand do not account for.
package struct LogDecoder {
  private let bytes: ArraySlice<UInt8>
  private var position: Int
  /// The format that the octets have.
  let version: UInt16
  var base: Now

  package init(_ bytes: ArraySlice<UInt8>, version: UInt16 = callLogVersion) {
    self.bytes = bytes
    self.version = version
    position = bytes.startIndex
    base = .logOrigin
  }

  package mutating func readString() throws(LogFault) -> String {
    let range = try takeRange()
    guard let text = String(validating: bytes[range], as: UTF8.self) else {
      throw fault(.malformed("text"))
    }
    return text
  }

  package mutating func readBytes() throws(LogFault) -> [UInt8] {
    Array(bytes[try takeRange()])
  }

  package mutating func readNow() throws(LogFault) -> Now {
    let steady = base.steady.nanoseconds &+ (try readNanoseconds())
    let wall = base.wall.nanoseconds &+ (try readNanoseconds())
    return Now(steady: Instant(nanoseconds: steady), wall: WallTime(nanoseconds: wall))
  }

  package mutating func readVarint() throws(LogFault) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      let byte = try readByte()
      if shift == 63, byte > 1 { throw fault(.malformed("integer")) }
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
  }

  /// All has been read.
  package func finish() throws(LogFault) {
    if position < bytes.endIndex { throw fault(.surplus) }
  }

  mutating func readByte() throws(LogFault) -> UInt8 {
    guard position < bytes.endIndex else { throw fault(.truncated) }
    defer { position += 1 }
    return bytes[position]
  }

  mutating func readFixed() throws(LogFault) -> UInt64 {
    guard bytes.endIndex - position >= 8 else { throw fault(.truncated) }
    var value: UInt64 = 0
    for index in (0..<8).reversed() { value = value << 8 | UInt64(bytes[position + index]) }
    position += 8
    return value
  }

  mutating func readZigzag() throws(LogFault) -> Int64 {
    (try readVarint()).unzigzagged
  }

  mutating func readNanoseconds() throws(LogFault) -> Int64 {
    let value = try readVarint()
    if value == 1 { return try readZigzag() }
    let (nanoseconds, overflow) = (value >> 1).unzigzagged
      .multipliedReportingOverflow(by: 1_000_000)
    guard value & 1 == 0, !overflow else { throw fault(.malformed("time")) }
    return nanoseconds
  }

  /// How many values of a list follow; each takes an octet at least.
  mutating func readCount() throws(LogFault) -> Int {
    let count = try readVarint()
    guard count <= UInt64(bytes.endIndex - position) else { throw fault(.truncated) }
    return Int(count)
  }

  /// How many fields of a struct follow: `known.lowerBound` of them were there from the first.
  mutating func fields(_ known: ClosedRange<UInt8>) throws(LogFault) -> UInt8 {
    let count = try readByte()
    guard known.contains(count) else { throw fault(.malformed("number of fields")) }
    return count
  }

  /// A struct that has not grown yet.
  mutating func fields(_ known: UInt8) throws(LogFault) {
    _ = try fields(known...known)
  }

  mutating func tag<Tag: LogTag>(_ type: Tag.Type) throws(LogFault) -> Tag {
    let byte = try readByte()
    guard let tag = Tag(rawValue: byte) else {
      throw fault(.unknownTag(byte, of: "\(Tag.self)"))
    }
    return tag
  }

  mutating func next<Value: LogValue>() throws(LogFault) -> Value {
    try Value(decoding: &self)
  }

  func fault(_ reason: LogFault.Reason) -> LogFault {
    LogFault(reason, at: position - bytes.startIndex)
  }

  private mutating func takeRange() throws(LogFault) -> Range<Int> {
    let count = try readCount()
    defer { position += count }
    return position..<position + count
  }
}

extension UInt64 {
  fileprivate var unzigzagged: Int64 {
    Int64(bitPattern: self >> 1) ^ -Int64(bitPattern: self & 1)
  }
}
