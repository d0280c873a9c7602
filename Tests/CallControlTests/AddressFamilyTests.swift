import Addressing
import CallControl
import MediaControl
import SIP
import Testing

@Suite("IPv4 and IPv6 phones in one call")
struct AddressFamilyTests {
  private static let six = Flow(
    transport: .udp, listener: ListenerID(1), remote: IPEndpoint("[2001:db8::77]:5060")!)

  private func text(_ message: SIPMessage) -> String {
    String(decoding: message.body, as: UTF8.self)
  }

  @Test("Each party is told addresses of its own family", arguments: AnchoringPolicy.allCases)
  func eachItsOwn(anchoring: AnchoringPolicy) throws {
    // Without us they would not find each other; only `never` leaves them to it.
    guard anchoring != .never else { return }
    let bench = CallBench(anchoring: anchoring) { _ in
      .targets([
        [
          CallTarget(
            uri: "sip:bob@[2001:db8::77]", flow: Self.six, party: "bob@example.test",
            isBehindNAT: false)
        ]
      ])
    }
    let bob = TestParty(flow: Self.six, name: "bob", media: 41_000)
    let offered = try #require(
      bench.deliver(TestParty.alice.invite(), from: CallBench.caller)
        .first { $0.message.method == .invite && $0.message.isRequest }?.message)
    #expect(offered.topVia?.text.hasPrefix("SIP/2.0/UDP [2001:db8::1]:5060;") == true)
    #expect(offered.contacts.first?.uri.text == "sip:[2001:db8::1]:5060")
    #expect(text(offered).contains("c=IN IP6 2001:db8::1\r\n"))
    #expect(!text(offered).contains("IP4"))
    let sent = try bench.deliver(bob.respond(200, to: offered, body: bob.sdp()), from: Self.six)
    let answer = try #require(sent.first { $0.message.statusCode == 200 }?.message)
    #expect(text(answer).contains("c=IN IP4 198.51.100.1\r\n"))
    #expect(!text(answer).contains("IP6"))
    #expect(answer.contacts.first?.uri.text == "sip:198.51.100.1:5060")
    let plan = try #require(bench.plans.last?.first)
    #expect(plan.caller.remote?.rtp?.address == CallBench.caller.remote.address)
    #expect(plan.callee?.remote?.rtp?.address == Self.six.remote.address)
  }

  @Test("A party whose media is of the other family than its signalling is told that family")
  func mediaDecides() throws {
    let bench = CallBench()
    var offer = String(decoding: TestParty.alice.sdp(), as: UTF8.self)
    offer = offer.replacing("IN IP4 192.0.2.1", with: "IN IP6 2001:db8::5")
    let invite = TestParty.alice.invite(offer: Array(offer.utf8))
    let offered = try #require(
      bench.deliver(invite, from: CallBench.caller)
        .first { $0.message.method == .invite && $0.message.isRequest }?.message)
    #expect(text(offered).contains("c=IN IP4 198.51.100.1\r\n"))
    let bob = TestParty.bob()
    let sent = try bench.deliver(
      bob.respond(200, to: offered, body: bob.sdp()), from: CallBench.phone(0))
    let answer = try #require(sent.first { $0.message.statusCode == 200 }?.message)
    #expect(text(answer).contains("c=IN IP6 2001:db8::1\r\n"))
  }
}
