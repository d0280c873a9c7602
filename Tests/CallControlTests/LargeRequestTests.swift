import CallControl
import SIP
import Testing

@Suite("Requests that are too large for a datagram: RFC 3261 §18.1.1")
struct LargeRequestTests {
  private func invite(_ call: Int, subject: Int) -> [UInt8] {
    let text = String(repeating: "s", count: subject)
    let bytes = TestParty.alice.invite(branch: "z9hG4bKa\(call)", headers: [(.subject, text)])
    return Array(
      String(decoding: bytes, as: UTF8.self).replacing("call-1@alice", with: "call-\(call)@alice")
        .utf8)
  }

  private func offered(_ bench: CallBench, _ invite: [UInt8]) throws -> CallBench.Sent {
    try #require(
      bench.deliver(invite, from: CallBench.caller).first { $0.message.kind == .request(.invite) })
  }

  @Test("A large INVITE goes over TCP to the same place, and a small one does not")
  func overTCP() throws {
    let bench = CallBench()
    let small = try offered(bench, invite(1, subject: 10))
    #expect(small.flow == CallBench.phone(0))
    let large = try offered(bench, invite(2, subject: 1300))
    #expect(large.flow.transport == .tcp && large.flow.listener == ListenerID(2))
    #expect(large.flow.remote == CallBench.phone(0).remote && large.flow.connection == nil)
    #expect(large.message.topVia?.text.hasPrefix("SIP/2.0/TCP 198.51.100.1:5060;") == true)
    // Its CANCEL goes the same way.
    try bench.deliver(TestParty.bob().respond(180, to: large.message), from: large.flow)
    let cancelled = try bench.deliver(
      TestParty.alice.hopByHop(.cancel, of: invite(2, subject: 1300)), from: CallBench.caller)
    let cancel = try #require(cancelled.first { $0.message.kind == .request(.cancel) })
    #expect(cancel.flow == large.flow)
    #expect(cancel.message.topVia == large.message.topVia)
  }

  @Test("Where no connection can be had it goes over UDP, as do those after it for a while")
  func fallback() throws {
    let bench = CallBench()
    let large = try offered(bench, invite(1, subject: 1300))
    let (branch, call) = try (#require(large.message.topVia?.branch), #require(bench.onlyCallID))
    let again = bench.take(
      .transportFailed(.inviteClient(branch: branch), leg: LegID(1)), for: call)
    let second = try #require(again.first { $0.message.kind == .request(.invite) })
    #expect(second.flow == CallBench.phone(0))
    #expect(second.message.topVia?.text.hasPrefix("SIP/2.0/UDP 198.51.100.1:5060;") == true)
    #expect(second.message.topVia?.branch != branch)
    #expect(second.message.cSeq == large.message.cSeq)
    #expect(second.message.body == large.message.body)
    // The phone answers what has reached it, and the call is as any other.
    let answered = try bench.deliver(
      TestParty.bob().respond(200, to: second.message, body: TestParty.bob().sdp()),
      from: CallBench.phone(0))
    #expect(answered.contains { $0.message.statusCode == 200 })

    #expect(try offered(bench, invite(2, subject: 1300)).flow.transport == .udp)
    bench.advance(to: 601_000)
    #expect(try offered(bench, invite(3, subject: 1300)).flow.transport == .tcp)
  }

  @Test("A phone behind a translator, to which no connection leads, gets a large INVITE over UDP")
  func behindNAT() throws {
    let bench = CallBench { _ in
      .targets([
        [
          CallTarget(
            uri: "sip:bob@10.0.0.7:5060", flow: CallBench.phone(0), party: "bob@example.test",
            isBehindNAT: true)
        ]
      ])
    }
    #expect(try offered(bench, invite(1, subject: 1300)).flow == CallBench.phone(0))
  }
}
