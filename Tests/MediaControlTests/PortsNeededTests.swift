import MediaControl
import SDP
import Testing

@Suite("How many ports an offer needs")
struct PortsNeededTests {
  @Test(
    "Ports are counted up to the last live stream, since a stream keeps its place",
    arguments: [
      ("a=none", 0), ("m=audio 4000 RTP/AVP 0", 1), ("m=audio 0 RTP/AVP 0", 0),
      ("m=audio 0 RTP/AVP 0\nm=image 4000 udptl t38", 2),
      ("m=audio 4000 RTP/AVP 0\nm=message 2855 TCP/MSRP *", 1),
      ("m=message 2855 TCP/MSRP *\nm=audio 4000 RTP/AVP 0", 2),
    ])
  func counted(_ lines: String, _ expected: Int) throws {
    #expect(try SDPRewriting.portsNeeded(for: call(lines), at: us) == expected)
  }

  @Test("A new offer may add streams: those it had keep their ports (RFC 3264 §8.1)")
  func added() throws {
    let before = try call("m=audio 4000 RTP/AVP 0")
    let after = try call("m=audio 4000 RTP/AVP 0\nm=video 4002 RTP/AVP 31")
    #expect(try SDPRewriting.portsNeeded(for: after, after: before, at: us) == 2)
    #expect(anchored(before).media[0].port == anchored(after).media[0].port)
  }

  @Test("A new offer with fewer streams is malformed (RFC 3264 §8)")
  func vanished() throws {
    let before = try call("m=audio 4000 RTP/AVP 0\nm=video 4002 RTP/AVP 31")
    let after = try call("m=audio 4000 RTP/AVP 0")
    let refusal = refusal { _ = try SDPRewriting.portsNeeded(for: after, after: before, at: us) }
    #expect(refusal == .streamsVanished(before: 2, offered: 1))
    #expect(refusal?.isMalformed == true)
  }

  @Test("More streams than a call may have, and none that can be relayed, are beyond us")
  func beyondUs() throws {
    let few = MediaAddressing(advertised: us.advertised, maximumStreams: 2)
    let line = "m=audio 4000 RTP/AVP 0\n"
    let three = try call(line + line + line)
    let two = try call(line + line)
    let tooMany = refusal { _ = try SDPRewriting.portsNeeded(for: three, at: few) }
    #expect(tooMany == .tooManyStreams(offered: 3, limit: 2))
    #expect(tooMany?.isMalformed == false)
    #expect(try SDPRewriting.portsNeeded(for: two, at: few) == 2)
    let messages = try call("m=message 2855 TCP/MSRP *")
    let nothing = refusal { _ = try SDPRewriting.portsNeeded(for: messages, at: us) }
    #expect(nothing == .nothingToRelay)
    #expect(nothing?.isMalformed == false)
  }

  @Test("Octets that are no description are malformed, with the line")
  func unreadable() {
    let refusal = refusal { _ = try SDPRewriting.read(Array("v=0\nnonsense\n".utf8)) }
    #expect(refusal == .unreadable(SDPParseError(line: 2, reason: .notALine)))
    #expect(refusal?.isMalformed == true)
    #expect(refusal?.description == "SDP: line 2: not of the form letter=value")
  }
}
