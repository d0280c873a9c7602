import Machines

/// Something that the call log can hold: a pair of functions, the one the other's inverse.
///
/// What is on disk never changes meaning:
/// - a tag keeps its number, and a case that must hold more gets a new tag;
/// - a struct that may grow begins with the number of its fields, and what an older program did
///   not write yet has a default;
/// - anything else waits for another `callLogVersion`, which the decoder tells.
protocol LogValue {
  func encode(into log: inout LogEncoder)
  init(decoding log: inout LogDecoder) throws(LogFault)

  static func encodeList(_ list: [Self], into log: inout LogEncoder)
  static func decodeList(_ log: inout LogDecoder) throws(LogFault) -> [Self]
}

/// The numbers of an enum's cases.
protocol LogTag: RawRepresentable<UInt8> {}

extension LogValue {
  static func encodeList(_ list: [Self], into log: inout LogEncoder) {
    log.write(varint: UInt64(list.count))
    // In place: an iterator would hand out copies, each with its reference counts.
    let span = list.span
    for index in span.indices { span[index].encode(into: &log) }
  }

  static func decodeList(_ log: inout LogDecoder) throws(LogFault) -> [Self] {
    let count = try log.readCount()
    var list: [Self] = []
    list.reserveCapacity(min(count, 32))
    for _ in 0..<count { list.append(try Self(decoding: &log)) }
    return list
  }
}

extension Array: LogValue where Element: LogValue {
  func encode(into log: inout LogEncoder) { Element.encodeList(self, into: &log) }
  init(decoding log: inout LogDecoder) throws(LogFault) { self = try Element.decodeList(&log) }
}

extension Optional: LogValue where Wrapped: LogValue {
  func encode(into log: inout LogEncoder) {
    log.write(self != nil)
    self?.encode(into: &log)
  }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    self = try Bool(decoding: &log) ? Wrapped(decoding: &log) : nil
  }
}

extension Bool: LogValue {
  func encode(into log: inout LogEncoder) { log.write(byte: self ? 1 : 0) }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    switch try log.readByte() {
    case 0: self = false
    case 1: self = true
    default: throw log.fault(.malformed("truth value"))
    }
  }
}

extension UInt8: LogValue {
  func encode(into log: inout LogEncoder) { log.write(byte: self) }
  init(decoding log: inout LogDecoder) throws(LogFault) { self = try log.readByte() }
  static func encodeList(_ list: [UInt8], into log: inout LogEncoder) { log.write(list) }

  static func decodeList(_ log: inout LogDecoder) throws(LogFault) -> [UInt8] {
    try log.readBytes()
  }
}

extension UInt16: LogValue {
  func encode(into log: inout LogEncoder) { log.write(varint: UInt64(self)) }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    guard let value = UInt16(exactly: try log.readVarint()) else {
      throw log.fault(.malformed("16-bit integer"))
    }
    self = value
  }
}

extension UInt32: LogValue {
  func encode(into log: inout LogEncoder) { log.write(varint: UInt64(self)) }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    guard let value = UInt32(exactly: try log.readVarint()) else {
      throw log.fault(.malformed("32-bit integer"))
    }
    self = value
  }
}

extension UInt64: LogValue {
  func encode(into log: inout LogEncoder) { log.write(varint: self) }
  init(decoding log: inout LogDecoder) throws(LogFault) { self = try log.readVarint() }
}

/// Statuses, numbers of streams and hops: nothing that nears 32 bits, so that reckoning with
/// what was read cannot overflow.
extension Int: LogValue {
  func encode(into log: inout LogEncoder) {
    log.write(zigzag: Int64(Int32(clamping: self)))
  }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    guard let value = Int32(exactly: try log.readZigzag()) else {
      throw log.fault(.malformed("integer"))
    }
    self = Int(value)
  }
}

/// What streams counted: as `Int`, with room for a year of media at 10 Gbit/s.
extension Int64: LogValue {
  private static let bound: Int64 = 1 << 56

  func encode(into log: inout LogEncoder) {
    log.write(zigzag: Swift.min(Swift.max(self, -Self.bound), Self.bound))
  }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    let value = try log.readZigzag()
    guard abs(value.quotientAndRemainder(dividingBy: 2).quotient) <= Self.bound / 2 else {
      throw log.fault(.malformed("count"))
    }
    self = value
  }
}

extension Double: LogValue {
  func encode(into log: inout LogEncoder) { log.write(fixed: bitPattern) }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    self = Double(bitPattern: try log.readFixed())
  }
}

extension String: LogValue {
  func encode(into log: inout LogEncoder) { log.write(self) }
  init(decoding log: inout LogDecoder) throws(LogFault) { self = try log.readString() }
}
