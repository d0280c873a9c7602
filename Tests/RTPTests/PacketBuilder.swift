import RTP

/// Builds packets octet by octet, so that tests do not lean on the code that they test.
enum PacketBuilder {
  static func rtp(
    payloadType: UInt8 = 0, marker: Bool = false, sequenceNumber: UInt16 = 1,
    timestamp: UInt32 = 160, source: UInt32 = 0x1234_5678, contributing: [UInt32] = [],
    headerExtension: (profile: UInt16, words: [UInt32])? = nil, payload: [UInt8] = [1, 2, 3, 4],
    padding: UInt8 = 0
  ) -> [UInt8] {
    var first: UInt8 = 0x80 | UInt8(contributing.count)
    if headerExtension != nil { first |= 0x10 }
    if padding > 0 { first |= 0x20 }
    var bytes = [first, payloadType | (marker ? 0x80 : 0)]
    bytes += octets(sequenceNumber) + octets(timestamp) + octets(source)
    for identifier in contributing { bytes += octets(identifier) }
    if let headerExtension {
      bytes += octets(headerExtension.profile) + octets(UInt16(headerExtension.words.count))
      for word in headerExtension.words { bytes += octets(word) }
    }
    bytes += payload
    if padding > 0 { bytes += Array(repeating: 0, count: Int(padding) - 1) + [padding] }
    return bytes
  }

  static func rtcp(type: UInt8, count: UInt8 = 0, words: [UInt32]) -> [UInt8] {
    [0x80 | count, type] + octets(UInt16(words.count)) + words.flatMap { octets($0) }
  }

  static func octets<Word: FixedWidthInteger>(_ word: Word) -> [UInt8] {
    withUnsafeBytes(of: word.bigEndian) { Array($0) }
  }
}

extension RTPHeader {
  init(reading bytes: [UInt8]) throws(RTPFault) {
    try self.init(bytes.span.bytes)
  }
}
