import Addressing
import MediaControl
import SDP
import Testing

@Suite("Rewriting descriptions so that media comes to us")
struct RewritingTests {
  @Test("A peer's offer is shown to the other party with our ports only", arguments: peerOffers)
  func golden(_ vector: PeerOffer) throws {
    let rewritten = anchored(try parse(vector.offer))
    #expect(text(rewritten) == vector.anchored)
    #expect(try SessionDescription(rewritten.serialized) == rewritten)
  }

  @Test(
    "Hold by 0.0.0.0 becomes a direction (RFC 3264 §8.4)",
    arguments: [
      ("", "sendonly"), ("a=sendrecv\n", "sendonly"), ("a=sendonly\n", "sendonly"),
      ("a=recvonly\n", "inactive"), ("a=inactive\n", "inactive"),
    ])
  func oldHold(_ direction: String, _ expected: String) throws {
    let offer = try call(
      "m=audio 4000 RTP/AVP 0\n\(direction)a=ptime:20", connection: "IN IP4 0.0.0.0")
    let rewritten = anchored(offer)
    #expect(rewritten.direction(of: rewritten.media[0]).rawValue == expected)
    #expect(rewritten.media[0].port == 20000)
    #expect(rewritten.address(of: rewritten.media[0]) == us.advertised)
  }

  @Test("Hold of the session's making is overruled in the stream that is held by address")
  func oldHoldOfOneStream() throws {
    let offer = try call(
      "a=sendrecv\nm=audio 4000 RTP/AVP 0\nc=IN IP4 0.0.0.0\nm=video 4002 RTP/AVP 31")
    #expect(
      body(anchored(offer)) == """
        a=sendrecv
        m=audio 20000 RTP/AVP 0
        a=sendonly
        m=video 20002 RTP/AVP 31

        """)
  }

  @Test(
    "Hold by direction passes as it is (RFC 3264 §8.4)",
    arguments: ["sendonly", "inactive", "recvonly", "sendrecv"])
  func newHold(_ direction: String) throws {
    let lines = "m=audio 4000 RTP/AVP 0\na=\(direction)"
    #expect(
      body(anchored(try call(lines))) == "m=audio 20000 RTP/AVP 0\na=\(direction)\n")
  }

  @Test("The exchange of RFC 3264 §10.1 passes both ways, the rejected stream rejected")
  func basicExchange() throws {
    let offer = try call(
      """
      m=audio 49170 RTP/AVP 0 8 97
      a=rtpmap:97 iLBC/8000
      m=video 51372 RTP/AVP 31 32
      """)
    let answer = try call("m=audio 49920 RTP/AVP 0\nm=video 0 RTP/AVP 31")
    #expect(
      body(anchored(offer)) == """
        m=audio 20000 RTP/AVP 0 8 97
        a=rtpmap:97 iLBC/8000
        m=video 20002 RTP/AVP 31 32

        """)
    #expect(
      body(try anchored(answer, answering: offer)) == """
        m=audio 20000 RTP/AVP 0
        m=video 0 RTP/AVP 31

        """)
  }

  @Test("A stream that the offer rejected stays rejected, whatever the answer says (§8.2)")
  func resurrected() throws {
    let offer = try call("m=audio 4000 RTP/AVP 0\nm=video 0 RTP/AVP 31")
    let answer = try call("m=audio 5000 RTP/AVP 0\nm=video 5002 RTP/AVP 31")
    let rewritten = try anchored(answer, answering: offer)
    #expect(rewritten.media.map(\.port) == [20000, 0])
  }

  @Test(
    "An answer goes no further than the offer allows (§6.1)",
    arguments: [
      ("sendonly", "sendrecv", "recvonly"), ("sendonly", "sendonly", "inactive"),
      ("recvonly", "sendrecv", "sendonly"), ("inactive", "sendrecv", "inactive"),
      ("sendrecv", "recvonly", "recvonly"), ("sendonly", "recvonly", "recvonly"),
    ])
  func clamped(_ offered: String, _ answered: String, _ expected: String) throws {
    let offer = try call("m=audio 4000 RTP/AVP 0\na=\(offered)")
    let answer = try call("a=\(answered)\nm=audio 5000 RTP/AVP 0")
    let rewritten = try anchored(answer, answering: offer)
    #expect(rewritten.direction(of: rewritten.media[0]).rawValue == expected)
  }

  @Test("Old-style hold offered, old-style hold answered: both ends see legal directions")
  func oldHoldBothWays() throws {
    let offer = try call("m=audio 4000 RTP/AVP 0", connection: "IN IP4 0.0.0.0")
    let shown = anchored(offer)
    #expect(shown.direction(of: shown.media[0]) == .sendonly)
    let answer = try call("m=audio 5000 RTP/AVP 0\na=recvonly")
    let rewritten = try anchored(answer, answering: offer)
    #expect(rewritten.direction(of: rewritten.media[0]) == .recvonly)
    let held = try anchored(
      call("m=audio 5000 RTP/AVP 0", connection: "IN IP4 0.0.0.0"), answering: offer)
    #expect(held.direction(of: held.media[0]) == .sendonly)
  }

  @Test(
    "An answer with other streams than the offer is malformed (§6)",
    arguments: [("", 0), ("m=audio 1 RTP/AVP 0\nm=audio 2 RTP/AVP 0\nm=audio 3 RTP/AVP 0", 3)])
  func mismatch(_ lines: String, _ count: Int) throws {
    let offer = try call("m=audio 4000 RTP/AVP 0\nm=video 4002 RTP/AVP 31")
    let answer = try call(lines.isEmpty ? "a=x" : lines)
    let refusal = refusal { _ = try anchored(answer, answering: offer) }
    #expect(refusal == .answerMismatch(offered: 2, answered: count))
    #expect(refusal?.isMalformed == true)
  }

  @Test("A stream for which there is no port is rejected")
  func noPort() throws {
    let offer = try call("m=audio 4000 RTP/AVP 0\nm=video 4002 RTP/AVP 31\na=x")
    let rewritten = SDPRewriting.anchored(offer, ports: [ports[0]], at: us, origin: identity)
    #expect(body(rewritten) == "m=audio 20000 RTP/AVP 0\nm=video 0 RTP/AVP 31\n")
  }

  @Test("An IPv6 address of ours makes IP6 lines; a description without streams gains none")
  func ipv6() throws {
    let v6 = MediaAddressing(advertised: .v6(0x2001_0DB8_0000_0000, 9))
    let empty = try parse("v=0\no=- 1 1 IN IP4 10.0.0.1\ns=-\nt=0 0\n")
    #expect(
      text(SDPRewriting.anchored(empty, ports: [], at: v6, origin: identity))
        == "v=0\no=- 42 1 IN IP6 2001:db8::9\ns=-\nt=0 0\n")
    let offer = try call("m=audio 4000 RTP/AVP 0")
    let rewritten = SDPRewriting.anchored(offer, ports: ports, at: v6, origin: identity)
    #expect(text(rewritten).contains("\nc=IN IP6 2001:db8::9\n"))
  }

  @Test("Media that goes past us keeps its addresses under our name")
  func unanchored() throws {
    let offer = try call("m=audio 4000 RTP/AVP 0")
    var expected = offer
    expected.origin = identity.origin(at: us.advertised)
    #expect(SDPRewriting.unanchored(offer, at: us, origin: identity) == expected)
  }

  @Test("No address of the party is left in what the other party sees", arguments: peerOffers)
  func hidden(_ vector: PeerOffer) throws {
    let shown = text(anchored(try parse(vector.offer)))
    for address in ["127.0.0.", "10.", "192.168.", "198.51.100.", "2001:db8", "0.0.0.0"] {
      let leaked = shown.split(separator: "\n").contains {
        ($0.contains("IP4") || $0.contains("IP6") || $0.contains("msrp:"))
          && $0.contains(address)
      }
      #expect(!leaked, "\(address)")
    }
  }
}
