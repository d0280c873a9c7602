import RTP
import Testing

@Suite("RTCP, RFC 3550 §6")
struct RTCPTests {
  static let senderReport = PacketBuilder.rtcp(
    type: 200, count: 1,
    words: [
      0xAABB_CCDD, 0xE000_0001, 0x8000_0000, 1600, 10, 1720,
      0x1122_3344, 0x40FF_FFFE, 0x0001_0005, 33, 0x0001_8000, 0x0001_0000,
    ])
  static let sourceDescription = PacketBuilder.rtcp(
    type: 202, count: 1, words: [0xAABB_CCDD, 0x0103_6162, 0x6300_0000])

  private func walk(_ bytes: [UInt8]) throws -> [RTCPPacket] {
    var compound = RTCPCompound()
    var packets: [RTCPPacket] = []
    while let packet = try compound.next(in: bytes.span.bytes) { packets.append(packet) }
    return packets
  }

  @Test("A compound is walked packet by packet (§6.1)")
  func compound() throws {
    let packets = try walk(Self.senderReport + Self.sourceDescription)
    #expect(packets.map(\.type) == [.senderReport, .sourceDescription])
    #expect(packets.map(\.count) == [1, 1])
    #expect(packets.map(\.body) == [4..<52, 56..<68])
  }

  @Test("A sender report and its block read field by field (§6.4.1)")
  func reports() throws {
    let bytes = Self.senderReport
    let packets = try walk(bytes)
    let packet = try #require(packets.first)
    let report = SenderReport(packet, in: bytes.span.bytes)
    let sender = try #require(report)
    #expect(sender.synchronizationSource == 0xAABB_CCDD)
    #expect(sender.ntpTimestamp == 0xE000_0001_8000_0000)
    #expect(sender.rtpTimestamp == 1600)
    #expect(sender.packetCount == 10)
    #expect(sender.octetCount == 1720)
    let first = ReceptionReport(0, of: packet, in: bytes.span.bytes)
    let second = ReceptionReport(1, of: packet, in: bytes.span.bytes)
    let block = try #require(first)
    #expect(block.synchronizationSource == 0x1122_3344)
    #expect(block.fractionLost == 0x40)
    #expect(block.cumulativeLost == -2)
    #expect(block.extendedHighestSequenceNumber == 0x0001_0005)
    #expect(block.jitter == 33)
    #expect(block.lastSenderReport == 0x0001_8000)
    #expect(block.delaySinceLastSenderReport == 0x0001_0000)
    #expect(second == nil)
  }

  @Test("A count that promises more blocks than there are yields what is there")
  func promisedBlocks() throws {
    var bytes = PacketBuilder.rtcp(type: 201, count: 0, words: [1, 2, 3, 4, 5, 6, 7])
    bytes[0] |= 31
    let packets = try walk(bytes)
    let packet = try #require(packets.first)
    let first = ReceptionReport(0, of: packet, in: bytes.span.bytes)
    let second = ReceptionReport(1, of: packet, in: bytes.span.bytes)
    let sender = SenderReport(packet, in: bytes.span.bytes)
    #expect(first != nil)
    #expect(second == nil)
    #expect(sender == nil)
  }

  @Test("Padding of the last packet is left out of its body (§6.4.1)")
  func padding() throws {
    var last = PacketBuilder.rtcp(type: 203, count: 1, words: [5, 0x0000_0004])
    last[0] |= 0x20
    #expect(try walk(Self.senderReport + last).last?.body == 56..<60)
  }

  static let faults: [(String, [UInt8], RTCPFault)] = [
    ("three octets", [0x80, 200, 0], .truncated),
    ("body beyond the end", [0x80, 200, 0, 6, 0, 0, 0, 0], .truncated),
    ("version 1", [0x40, 200, 0, 0], .version),
    ("trailing octets", senderReport + [0x80], .truncated),
    (
      "padding before the last packet",
      [0xA0, 203, 0, 1, 0, 0, 0, 4] + sourceDescription, .padding
    ),
    ("padding of zero", [0xA0, 203, 0, 1, 0, 0, 0, 0], .padding),
    ("padding beyond the body", [0xA0, 203, 0, 1, 0, 0, 0, 8], .padding),
    ("padding in an empty body", [0xA0, 203, 0, 0], .padding),
    ("padding that is no whole word", [0xA0, 203, 0, 1, 0, 0, 0, 3], .padding),
  ]

  @Test("What is no compound says why (appendix A.2)", arguments: faults)
  func malformed(name: String, bytes: [UInt8], fault: RTCPFault) {
    #expect(throws: fault) { try walk(bytes) }
    let isValid = RTCPCompound.isValid(bytes.span.bytes)
    #expect(!isValid)
  }

  @Test("Validity wants at least one packet and an exact end (appendix A.2)")
  func validity() {
    let bytes = Self.senderReport + Self.sourceDescription
    let whole = RTCPCompound.isValid(bytes.span.bytes)
    let cut = RTCPCompound.isValid(bytes.span.bytes.extracting(0..<bytes.count - 1))
    let empty = RTCPCompound.isValid(bytes.span.bytes.extracting(0..<0))
    #expect(whole)
    #expect(!cut)
    #expect(!empty)
  }
}
