import Addressing
import SDP
import Testing

@Suite("What a description says of a stream")
struct StreamTests {
  @Test(
    "A direction is the stream's own, else the session's, else sendrecv (RFC 8866 §6.7)",
    arguments: [
      (nil, nil, MediaDirection.sendrecv), ("sendonly", nil, .sendonly),
      ("sendonly", "recvonly", .recvonly), (nil, "inactive", .inactive),
      ("inactive", "sendrecv", .sendrecv), (nil, "sendonly ", .sendonly),
      (nil, "Sendonly", .sendrecv),
    ] as [(String?, String?, MediaDirection)])
  func direction(_ session: String?, _ own: String?, _ expected: MediaDirection) throws {
    let lines =
      (session.map { "a=\($0)\n" } ?? "") + "m=audio 4000 RTP/AVP 0"
      + (own.map { "\na=\($0)" } ?? "")
    let description = try parse(call(lines))
    #expect(description.direction(of: description.media[0]) == expected)
  }

  @Test("An answer's direction cannot exceed what its offer allows (RFC 3264 §6.1)")
  func limitedDirections() {
    let all = MediaDirection.allCases
    for offered in all {
      let allowed = Set(all.map { $0.limited(toAnswer: offered) })
      let legal: Set<MediaDirection> =
        switch offered {
        case .sendrecv: [.sendrecv, .sendonly, .recvonly, .inactive]
        case .sendonly: [.recvonly, .inactive]
        case .recvonly: [.sendonly, .inactive]
        case .inactive: [.inactive]
        }
      #expect(allowed == legal)
    }
    #expect(all.map(\.mirrored) == [.sendrecv, .recvonly, .sendonly, .inactive])
  }

  @Test("Payload types come in the order of preference, fixed ones explained by RFC 3551 §6")
  func payloadTypes() throws {
    let stream = try parse(
      call(
        """
        m=audio 4000 RTP/AVP 96 9 0 8 97 101 20 200 x
        a=rtpmap:101 telephone-event/8000
        a=rtpmap:96 opus/48000/2
        a=rtpmap:8 PCMA/8000
        a=rtpmap:97 broken
        a=rtpmap:96 other/8000
        a=fmtp:96 useinbandfec=1; stereo=0
        a=fmtp:101 0-15
        a=ptime:20
        """)
    ).media[0]
    #expect(
      stream.rtpMaps.map(\.name)
        == ["opus/48000/2", "G722/8000", "PCMU/8000", "PCMA/8000", "telephone-event/8000"])
    #expect(stream.rtpMaps.map(\.payloadType) == [96, 9, 0, 8, 101])
    #expect(stream.formatParameters(96) == "useinbandfec=1; stereo=0")
    #expect(stream.formatParameters(101) == "0-15")
    #expect(stream.formatParameters(9) == nil)
    #expect(stream.packetTime == .milliseconds(20))
  }

  @Test(
    "A packet time reads in milliseconds and their fractions (RFC 8866 §6.4)",
    arguments: [
      ("20", Duration.milliseconds(20)), ("2.5", .microseconds(2500)), ("20.", .milliseconds(20)),
      ("0.1234567", .microseconds(123)), ("0", nil), ("-20", nil), ("", nil),
      ("99999999999", nil), ("2.x", nil),
    ] as [(String, Duration?)])
  func packetTime(_ value: String, _ expected: Duration?) throws {
    let description = try parse(call("m=audio 4000 RTP/AVP 0\na=ptime:\(value)"))
    #expect(description.media[0].packetTime == expected)
  }

  @Test(
    "RTCP's place reads with and without an address (RFC 3605 §2.1)",
    arguments: [
      ("53020", 53020, nil), ("53020 IN IP4 126.16.64.4", 53020, "126.16.64.4"),
      (
        "53020 IN IP6 2001:2345:6789:ABCD:EF01:2345:6789:ABCD", 53020,
        "2001:2345:6789:abcd:ef01:2345:6789:abcd"
      ),
      ("70000", nil, nil), ("x", nil, nil),
    ] as [(String, UInt16?, String?)])
  func rtcp(_ value: String, _ port: UInt16?, _ address: String?) throws {
    let rtcp = try parse(call("m=audio 49170 RTP/AVP 0\na=rtcp:\(value)")).media[0].rtcp
    #expect(rtcp?.port == port)
    #expect(rtcp?.connection?.ipAddress?.description == address)
  }

  @Test(
    "A connection address is an IP address or nothing (RFC 8866 §5.7)",
    arguments: [
      ("IN IP4 0.0.0.0", "0.0.0.0"), ("IN IP4 233.252.0.1/127/3", "233.252.0.1"),
      ("IN IP6 2001:db8::1", "2001:db8::1"), ("IN IP6 ff00::db8:0:101/3", "ff00::db8:0:101"),
      ("IN IP4 phone.example.com", nil), ("ATM NSAP 47.0091", nil),
      ("IN IP4 2001:db8::1", "2001:db8::1"),
    ] as [(String, String?)])
  func address(_ connection: String, _ expected: String?) throws {
    let description = try parse(call("m=audio 4000 RTP/AVP 0\nc=\(connection)"))
    #expect(description.address(of: description.media[0])?.description == expected)
  }

  @Test(
    "The transport is told from the protocol",
    arguments: [
      ("RTP/AVP", true, true), ("RTP/SAVPF", true, true), ("UDP/TLS/RTP/SAVPF", true, true),
      ("udptl", true, false), ("UDPTL", true, false), ("UDP/DTLS/SCTP", true, false),
      ("TCP/RTP/AVP", false, true), ("TCP/MSRP", false, false), ("TCP/TLS/BFCP", false, false),
    ])
  func transport(_ proto: String, _ isUDP: Bool, _ isRTP: Bool) {
    let stream = MediaDescription(kind: "audio", port: 4000, proto: proto, formats: ["0"])
    #expect(stream.isUDP == isUDP)
    #expect(stream.isRTP == isRTP)
  }

  @Test("ICE shows at either level (RFC 8839 §5)")
  func ice() throws {
    let plain = try parse(call("m=audio 4000 RTP/AVP 0"))
    let session = try parse(call("a=ice-ufrag:abcd\nm=audio 4000 RTP/AVP 0"))
    let own = try parse(
      call("m=audio 4000 RTP/AVP 0\na=candidate:1 1 UDP 1 192.0.2.1 4000 typ host"))
    #expect(!plain.hasICE(plain.media[0]))
    #expect(session.hasICE(session.media[0]))
    #expect(own.hasICE(own.media[0]))
  }

  @Test("Bandwidth reads by its type (RFC 8866 §5.8)")
  func bandwidth() throws {
    let stream = try parse(call("m=audio 4000 RTP/AVP 0\nb=TIAS:64000\nb=AS:80\nb=RS:x")).media[0]
    #expect(stream.bandwidth("AS") == 80)
    #expect(stream.bandwidth("TIAS") == 64000)
    #expect(stream.bandwidth("RS") == nil)
    #expect(stream.bandwidth("CT") == nil)
  }

  @Test("Attributes are found, replaced in place and removed by name")
  func editing() {
    var attributes: [SDPAttribute] = ["a:1", "sendonly", "b", "a:2", "recvonly", "ab:3"]
    attributes.replace(with: "a:9")
    #expect(attributes == ["a:9", "sendonly", "b", "recvonly", "ab:3"])
    attributes.replace(with: "c:7")
    attributes.removeAll(named: "b", "ab")
    #expect(attributes == ["a:9", "sendonly", "recvonly", "c:7"])
    attributes.setDirection(.inactive)
    #expect(attributes == ["a:9", "inactive", "c:7"])
    #expect(attributes.first(named: "c")?.value == "7")
    #expect(attributes.first(named: "inactive")?.value == nil)
  }

  @Test(
    "The codec of an answer is that of its first live audio stream",
    arguments: [
      ("m=audio 4000 RTP/AVP 0 101\na=rtpmap:101 telephone-event/8000", "PCMU/8000"),
      ("m=audio 4000 RTP/AVP 101 8\na=rtpmap:101 telephone-event/8000", "PCMA/8000"),
      ("m=audio 0 RTP/AVP 0\nm=audio 4000 RTP/AVP 111\na=rtpmap:111 opus/48000/2", "opus/48000/2"),
      ("m=video 4000 RTP/AVP 31", nil), ("m=audio 0 RTP/AVP 0", nil), ("a=x", nil),
    ] as [(String, String?)])
  func codec(_ lines: String, _ expected: String?) throws {
    #expect(try parse(call(lines)).firstAudioCodec == expected)
  }
}
