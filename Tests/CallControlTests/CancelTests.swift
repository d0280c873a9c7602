import CallControl
import SIP
import Testing

@Suite("CANCEL at each moment (RFC 3261 §9)")
struct CancelTests {
  let alice = TestParty.alice
  let bob = TestParty.bob()

  @Test("Before the phone has said anything, the CANCEL waits for its first word (§9.1)")
  func beforeProvisional() throws {
    let bench = CallBench()
    let invite = try bench.deliver(alice.invite(), from: alice.flow).request(.invite)
    let cancelled = try bench.deliver(alice.hopByHop(.cancel, of: alice.invite()), from: alice.flow)
    #expect(cancelled.summary == ["200 CANCEL", "487"])
    let ringing = try bench.deliver(bob.respond(180, to: invite), from: bob.flow)
    #expect(ringing.summary == ["CANCEL"])
    let cancel = try ringing.request(.cancel)
    #expect(cancel.topVia?.branch == invite.topVia?.branch)
    #expect(cancel.requestURIText == invite.requestURIText)
    #expect(cancel.toTag == nil)
    try bench.deliver(bob.respond(200, to: cancel), from: bob.flow)
    #expect(try bench.deliver(bob.respond(487, to: invite), from: bob.flow).summary == ["ACK"])
    #expect(bench.records.first?.cause == 487)
    #expect(bench.records.first?.releasedBy == .caller)
    bench.expectNothingLeft()
    #expect(bench.records.count == 1)
  }

  @Test("While the phone rings")
  func whileRinging() throws {
    let bench = CallBench()
    let invite = try bench.deliver(alice.invite(), from: alice.flow).request(.invite)
    try bench.deliver(bob.respond(180, to: invite), from: bob.flow)
    let cancelled = try bench.deliver(alice.hopByHop(.cancel, of: alice.invite()), from: alice.flow)
    #expect(cancelled.summary == ["200 CANCEL", "487", "CANCEL"])
    // The same CANCEL again gets the same answer and nothing else.
    let again = try bench.deliver(alice.hopByHop(.cancel, of: alice.invite()), from: alice.flow)
    #expect(again.summary == ["200 CANCEL"])
    try bench.deliver(bob.respond(487, to: invite), from: bob.flow)
    bench.expectNothingLeft()
  }

  @Test("A phone that answers while the CANCEL is under way gets ACK and BYE")
  func crossesAnswer() throws {
    let bench = CallBench()
    let invite = try bench.deliver(alice.invite(), from: alice.flow).request(.invite)
    try bench.deliver(bob.respond(180, to: invite), from: bob.flow)
    try bench.deliver(alice.hopByHop(.cancel, of: alice.invite()), from: alice.flow)
    let sent = try bench.deliver(bob.respond(200, to: invite, body: bob.sdp()), from: bob.flow)
    #expect(sent.summary == ["ACK", "BYE"])
    #expect(bench.records.first?.answer == nil)
    bench.expectNothingLeft()
    #expect(bench.records.count == 1)
  }

  @Test("After the answer it changes nothing, and is answered all the same")
  func afterAnswer() throws {
    let bench = CallBench()
    let invite = try bench.deliver(alice.invite(), from: alice.flow).request(.invite)
    try bench.deliver(bob.respond(200, to: invite, body: bob.sdp()), from: bob.flow)
    let sent = try bench.deliver(alice.hopByHop(.cancel, of: alice.invite()), from: alice.flow)
    #expect(sent.summary == ["200 CANCEL"])
    #expect(bench.onlyCall?.stage == .talking(with: .leg(LegID(1))))
  }

  @Test("With another branch it matches nothing: 481")
  func otherBranch() throws {
    let bench = CallBench()
    try bench.deliver(alice.invite(), from: alice.flow)
    let stranger = alice.invite(branch: "z9hG4bKstranger")
    let sent = try bench.deliver(alice.hopByHop(.cancel, of: stranger), from: alice.flow)
    #expect(sent.summary == ["481 CANCEL"])
    #expect(bench.onlyCall?.stage == .dialling)
  }

  @Test("A phone silent after the CANCEL is forgotten 64·T1 later (§9.1)")
  func silentAfterCancel() throws {
    let bench = CallBench()
    let invite = try bench.deliver(alice.invite(), from: alice.flow).request(.invite)
    try bench.deliver(bob.respond(180, to: invite), from: bob.flow)
    try bench.deliver(alice.hopByHop(.cancel, of: alice.invite()), from: alice.flow)
    bench.expectNothingLeft()
  }

  @Test("A BYE in the early dialog ends it like a CANCEL (§15)")
  func earlyBye() throws {
    let bench = CallBench()
    let invite = try bench.deliver(alice.invite(), from: alice.flow).request(.invite)
    let ringing = try bench.deliver(bob.respond(180, to: invite), from: bob.flow).response(180)
    let sent = try bench.deliver(alice.request(.bye, cSeq: 2, dialog: ringing), from: alice.flow)
    #expect(sent.summary == ["200 BYE", "487", "CANCEL"])
    bench.expectNothingLeft()
    #expect(bench.records.count == 1)
  }
}
