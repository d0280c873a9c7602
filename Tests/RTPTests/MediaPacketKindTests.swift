import RTP
import Testing

@Suite("Demultiplexing, RFC 7983 and RFC 5761")
struct MediaPacketKindTests {
  static let vectors: [(String, [UInt8], MediaPacketKind)] = [
    ("RFC 7983 §7: 0 is STUN", [0, 1], .stun),
    ("RFC 7983 §7: 3 is STUN", [3, 0], .stun),
    ("4 is nobody's", [4, 0], .unknown),
    ("15 is nobody's", [15, 0], .unknown),
    ("RFC 7983 §7: 16 is ZRTP", [16, 0], .zrtp),
    ("RFC 7983 §7: 19 is ZRTP", [19, 0], .zrtp),
    ("RFC 7983 §7: 20 is DTLS", [20, 254], .dtls),
    ("RFC 7983 §7: 63 is DTLS", [63, 254], .dtls),
    ("RFC 7983 §7: 64 is a TURN channel", [64, 0], .turnChannel),
    ("RFC 7983 §7: 79 is a TURN channel", [79, 0], .turnChannel),
    ("80 is nobody's", [80, 0], .unknown),
    ("127 is nobody's", [127, 0], .unknown),
    ("192 is nobody's", [192, 0], .unknown),
    ("RFC 5761 §4: 191 as packet type is payload type 63 with the marker", [0x80, 191], .rtp),
    ("RFC 5761 §4: 192 is RTCP", [0x80, 192], .rtcp),
    ("RFC 5761 §4: 200 is a sender report", [0x80, 200], .rtcp),
    ("RFC 5761 §4: 223 is RTCP", [0xBF, 223], .rtcp),
    ("RFC 5761 §4: 224 is payload type 96 with the marker", [0x80, 224], .rtp),
    ("PCMU", [0x80, 0], .rtp),
    ("payload type 72 without the marker is RTP", [0x80, 72], .rtp),
    ("one octet of RTP is nothing", [0x80], .unknown),
    ("nothing", [], .unknown),
    ("a keep-alive of line ends", [13, 10, 13, 10], .unknown),
  ]

  @Test("The first octets tell the protocol", arguments: vectors)
  func kind(name: String, bytes: [UInt8], expected: MediaPacketKind) {
    let kind = MediaPacketKind(bytes.span.bytes)
    #expect(kind == expected)
  }
}
