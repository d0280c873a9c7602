import Addressing
import SDP
import Testing

@Suite("Answers of our own (RFC 3264 §6)")
struct AnswerTests {
  private func answer(
    _ lines: String, ports: [UInt16] = [20000, 20002, 20004],
    policy: AnswerPolicy = .g711
  ) throws -> String {
    let us = IPAddress.v4(0xC633_6402)
    let origin = SDPOrigin(sessionID: "7", sessionVersion: "1", connection: SDPConnection(us))
    let description = try parse(call(lines))
      .answer(origin: origin, address: us, ports: ports, policy: policy)
    #expect(try SessionDescription(description.serialized) == description)
    let whole = text(description)
    let head = "v=0\no=- 7 1 IN IP4 198.51.100.2\ns=-\nc=IN IP4 198.51.100.2\nt=0 0\n"
    #expect(whole.hasPrefix(head))
    return String(whole.dropFirst(head.count))
  }

  @Test("The offer of RFC 3264 §10.1 is answered stream by stream")
  func basicExchange() throws {
    let answer = try answer(
      """
      m=audio 49170 RTP/AVP 0 8 97
      a=rtpmap:0 PCMU/8000
      a=rtpmap:8 PCMA/8000
      a=rtpmap:97 iLBC/8000
      m=video 51372 RTP/AVP 31 32
      a=rtpmap:31 H261/90000
      a=rtpmap:32 MPV/90000
      """)
    #expect(
      answer == """
        m=audio 20000 RTP/AVP 0
        a=rtpmap:0 PCMU/8000
        a=sendrecv
        m=video 0 RTP/AVP 31 32

        """)
  }

  @Test("Payload numbers, fmtp, ptime and mid come back as offered, events at the codec's clock")
  func payloadNumbers() throws {
    let answer = try answer(
      """
      m=audio 4000 RTP/AVP 98 99 100 101
      a=mid:0
      a=rtpmap:98 opus/48000/2
      a=rtpmap:99 pcma/8000
      a=rtpmap:100 telephone-event/48000
      a=rtpmap:101 telephone-event/8000
      a=fmtp:101 0-15
      a=ptime:30
      """)
    #expect(
      answer == """
        m=audio 20000 RTP/AVP 99 101
        a=rtpmap:99 pcma/8000
        a=rtpmap:101 telephone-event/8000
        a=fmtp:101 0-15
        a=ptime:30
        a=mid:0
        a=sendrecv

        """)
  }

  @Test("Any codec will do for a service that does not look into the media")
  func anyCodec() throws {
    let answer = try answer(
      """
      m=audio 4000 RTP/AVP 13 98 0
      a=rtpmap:98 opus/48000/2
      a=fmtp:98 useinbandfec=1
      """, policy: .anyCodec)
    #expect(
      answer == """
        m=audio 20000 RTP/AVP 98
        a=rtpmap:98 opus/48000/2
        a=fmtp:98 useinbandfec=1
        a=sendrecv

        """)
  }

  @Test(
    "Directions are mirrored (§6.1)",
    arguments: [
      ("sendonly", "recvonly"), ("recvonly", "sendonly"), ("inactive", "inactive"),
      ("sendrecv", "sendrecv"),
    ])
  func mirrored(_ offered: String, _ answered: String) throws {
    #expect(
      try answer("a=\(offered)\nm=audio 4000 RTP/AVP 8")
        == "m=audio 20000 RTP/AVP 8\na=rtpmap:8 PCMA/8000\na=\(answered)\n")
  }

  @Test(
    "What cannot be taken is rejected in its place",
    arguments: [
      ("m=audio 4000 RTP/AVP 18", "m=audio 0 RTP/AVP 18\n"),
      ("m=audio 0 RTP/AVP 0", "m=audio 0 RTP/AVP 0\n"),
      ("m=audio 0 RTP/AVP", "m=audio 0 RTP/AVP 0\n"),
      ("m=audio 4000 RTP/SAVP 0\na=mid:1\na=crypto:1 x", "m=audio 0 RTP/SAVP 0\na=mid:1\n"),
      ("m=image 4000 udptl t38", "m=image 0 udptl t38\n"),
      ("m=message 7654 TCP/MSRP *", "m=message 0 TCP/MSRP *\n"),
      ("m=audio 4000 RTP/AVP 101\na=rtpmap:101 telephone-event/8000", "m=audio 0 RTP/AVP 101\n"),
      ("a=nothing", ""),
    ])
  func rejected(_ offer: String, _ expected: String) throws {
    #expect(try answer(offer) == expected)
  }

  @Test("Each audio stream is answered at the port of its place; without a port it is rejected")
  func several() throws {
    let offer = "m=audio 4000 RTP/AVP 0\nm=video 4002 RTP/AVP 31\nm=audio 4004 RTP/AVP 0"
    let all = try parse(call(answer(offer)))
    let first = try parse(call(answer(offer, ports: [20000])))
    #expect(all.media.map(\.port) == [20000, 0, 20004])
    #expect(first.media.map(\.port) == [20000, 0, 0])
  }
}
