import Addressing
import Machines
import MediaControl
import SDP
import Testing

@Suite("One identity towards each party (RFC 8866 §5.2, RFC 3264 §8)")
struct OriginTests {
  private func send(
    _ description: SessionDescription, _ tracker: inout OriginTracker
  ) -> String {
    let stamped = tracker.stamped(description)
    tracker.record(stamped.serialized)
    return "\(stamped.origin.sessionID) \(stamped.origin.sessionVersion)"
  }

  @Test("The version rises by one when the description changes and stays when it does not")
  func versions() throws {
    var tracker = OriginTracker(identity)
    let first = anchored(try call("m=audio 4000 RTP/AVP 0"))
    let held = anchored(try call("m=audio 4000 RTP/AVP 0\na=sendonly"))
    #expect(send(first, &tracker) == "42 1")
    #expect(send(first, &tracker) == "42 1")
    #expect(send(held, &tracker) == "42 2")
    #expect(send(held, &tracker) == "42 2")
    #expect(send(first, &tracker) == "42 3")
    #expect(tracker.identity == OriginIdentity(sessionID: 42, version: 3))
  }

  @Test("Descriptions of different parties that read alike are the same to their reader")
  func forks() throws {
    var tracker = OriginTracker(identity)
    var other = try call("m=audio 9000 RTP/AVP 0", connection: "IN IP4 192.0.2.77")
    other.origin.sessionID = "777"
    other.origin.sessionVersion = "12"
    #expect(send(anchored(try call("m=audio 4000 RTP/AVP 0")), &tracker) == "42 1")
    #expect(send(anchored(other), &tracker) == "42 1")
    #expect(send(anchored(try call("m=audio 4000 RTP/AVP 8")), &tracker) == "42 2")
  }

  @Test("Deciding changes nothing; folding what was sent gives the same tracker")
  func folding() throws {
    let descriptions = try ["0", "8", "8", "0 8"].map {
      anchored(try call("m=audio 4000 RTP/AVP \($0)"))
    }
    var live = OriginTracker(identity)
    var sent: [[UInt8]] = []
    for description in descriptions {
      let before = live
      let octets = live.stamped(description).serialized
      #expect(live == before)
      live.record(octets)
      sent.append(octets)
    }
    var folded = OriginTracker(identity)
    for octets in sent { folded.record(octets) }
    #expect(folded == live)
    #expect(OriginTracker(live.identity, lastSent: live.lastSent) == live)
    #expect(live.identity.version == 3)
  }

  @Test("A session id fits a signed 64-bit integer (RFC 3264 §5) and differs from call to call")
  func identities() {
    var randomness = Randomness.seeded(1)
    let identities = (0..<1000).map { _ in OriginIdentity(using: &randomness) }
    #expect(identities.filter { $0.sessionID >= 1 << 62 }.isEmpty)
    #expect(Set(identities).count == 1000)
    #expect(Set(identities.map(\.version)) == [1])
  }
}

@Suite("Telling who is behind a NAT")
struct NATDetectionTests {
  @Test(
    "An address that is not where the packet came from needs an anchor",
    arguments: [
      ("192.0.2.1", "192.0.2.1", "192.0.2.1", false),
      ("10.0.0.2", "10.0.0.2", "10.0.0.2", false),
      ("10.0.0.2", "10.0.0.2", "198.51.100.1", true),
      ("198.51.100.1", "192.168.1.2", "198.51.100.1", true),
      ("10.0.0.2", "198.51.100.1", "198.51.100.1", true),
      (nil, "198.51.100.1", "198.51.100.1", false), ("198.51.100.1", nil, "198.51.100.1", false),
      (nil, nil, "198.51.100.1", false), (nil, "192.0.2.9", "198.51.100.1", true),
      ("198.51.100.1", "0.0.0.0", "198.51.100.1", false),
      ("2001:db8::1", "2001:db8::1", "2001:db8::1", false),
      ("2001:db8::1", "192.0.2.1", "2001:db8::1", true),
    ] as [(String?, String?, String, Bool)])
  func detection(_ contact: String?, _ sdp: String?, _ source: String, _ expected: Bool) throws {
    let needed = NATDetection.needsAnchor(
      contactHost: contact.flatMap { IPAddress($0) }, sdpAddress: sdp.flatMap { IPAddress($0) },
      source: try #require(IPAddress(source)))
    #expect(needed == expected)
  }
}
