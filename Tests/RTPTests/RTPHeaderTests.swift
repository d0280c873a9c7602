import RTP
import Testing

@Suite("RTP header, RFC 3550 §5.1")
struct RTPHeaderTests {
  @Test("The fixed header reads field by field")
  func fixedHeader() throws {
    let bytes: [UInt8] = [
      0x80, 0x88, 0xAB, 0xCD, 0x01, 0x02, 0x03, 0x04, 0xDE, 0xAD, 0xBE, 0xEF, 0x55,
    ]
    let header = try RTPHeader(reading: bytes)
    #expect(header.marker)
    #expect(header.payloadType == 8)
    #expect(header.sequenceNumber == 0xABCD)
    #expect(header.timestamp == 0x0102_0304)
    #expect(header.synchronizationSource == 0xDEAD_BEEF)
    #expect(header.contributingSourceCount == 0)
    #expect(header.extensionProfile == nil)
    #expect(header.payloadOffset == 12)
  }

  @Test("Contributing sources and a header extension move the payload")
  func extensionAndSources() throws {
    let bytes = PacketBuilder.rtp(
      contributing: [7, 8, 9], headerExtension: (profile: 0xBEDE, words: [0x1051_0000, 0]),
      payload: [0xAA])
    let header = try RTPHeader(reading: bytes)
    #expect(header.contributingSourceCount == 3)
    let third = header.contributingSource(2, in: bytes.span.bytes)
    let fourth = header.contributingSource(3, in: bytes.span.bytes)
    #expect(third == 9)
    #expect(fourth == nil)
    #expect(header.extensionProfile == 0xBEDE)
    #expect(header.payloadOffset == 12 + 12 + 4 + 8)
    #expect(bytes[header.payloadOffset] == 0xAA)
  }

  @Test("An empty payload is an RTP packet all the same (comfort noise, keep-alive)")
  func emptyPayload() throws {
    let header = try RTPHeader(reading: PacketBuilder.rtp(payload: []))
    #expect(header.payloadOffset == 12)
  }

  @Test(
    "Padding counts itself, and a wrong count is found",
    arguments: [
      (padding: UInt8(1), payload: 4, expected: 1), (4, 4, 4), (8, 0, 8),
    ])
  func padding(padding: UInt8, payload: Int, expected: Int) throws {
    let bytes = PacketBuilder.rtp(payload: Array(repeating: 9, count: payload), padding: padding)
    let header = try RTPHeader(reading: bytes)
    let found = try header.paddingLength(in: bytes.span.bytes)
    #expect(found == expected)
  }

  @Test("A padding count of zero or beyond the payload is refused", arguments: [0, 6, 255])
  func wrongPadding(count: UInt8) throws {
    var bytes = PacketBuilder.rtp(payload: [1, 2, 3, 4, count])
    bytes[0] |= 0x20
    let header = try RTPHeader(reading: bytes)
    #expect(throws: RTPFault.padding) { try header.paddingLength(in: bytes.span.bytes) }
  }

  static let faults: [(String, [UInt8], RTPFault)] = [
    ("empty", [], .truncated),
    ("one octet", [0x80], .truncated),
    ("eleven octets", Array(PacketBuilder.rtp(payload: []).dropLast()), .truncated),
    ("version 1", [0x40] + PacketBuilder.rtp().dropFirst(), .version),
    ("version 3", [0xC0] + PacketBuilder.rtp().dropFirst(), .version),
    ("fifteen sources announced, none there", [0x8F] + PacketBuilder.rtp().dropFirst(), .truncated),
    (
      "extension without its header", [0x90] + PacketBuilder.rtp(payload: [1, 2, 3]).dropFirst(),
      .extensionOutside
    ),
    (
      "extension of 65535 words",
      [0x90] + PacketBuilder.rtp(payload: [0, 0, 0xFF, 0xFF]).dropFirst(), .extensionOutside
    ),
  ]

  @Test("What is no RTP packet says why (appendix A.1)", arguments: faults)
  func malformed(name: String, bytes: [UInt8], fault: RTPFault) {
    #expect(throws: fault) { try RTPHeader(reading: bytes) }
  }

  @Test("Every cut of a full packet reads or throws, and never reaches outside")
  func everyCut() {
    let whole = PacketBuilder.rtp(
      contributing: [1, 2], headerExtension: (profile: 1, words: [1, 2, 3]), payload: [1, 2])
    for length in 0...whole.count {
      let bytes = Array(whole.prefix(length))
      let header = try? RTPHeader(reading: bytes)
      #expect((header != nil) == (length >= whole.count - 2))
      if let header { #expect(header.payloadOffset <= length) }
    }
  }
}
