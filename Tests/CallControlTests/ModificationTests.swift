import CallControl
import SIP
import Testing

@Suite("Hold and re-INVITE from both sides (RFC 3261 §14)")
struct ModificationTests {
  let alice = TestParty.alice
  let bob = TestParty.bob()
  let bench = CallBench()
  let toBob: SIPMessage
  let toAlice: SIPMessage

  init() throws {
    toBob = try bench.deliver(alice.invite(), from: alice.flow).request(.invite)
    toAlice = try bench.deliver(bob.respond(200, to: toBob, body: bob.sdp()), from: bob.flow)
      .response(200)
    try bench.deliver(alice.request(.ack, cSeq: 1, dialog: toAlice), from: alice.flow)
  }

  private func finish() throws {
    bench.take(.hangUp(reason: "test"), for: try #require(bench.onlyCall).id)
    bench.expectNothingLeft()
    #expect(bench.records.count == 1)
  }

  @Test("The caller holds and resumes; ports stay, versions rise")
  func callerHolds() throws {
    let hold = try bench.deliver(
      alice.request(.invite, cSeq: 2, dialog: toAlice, body: alice.sdp("sendonly", version: 2)),
      from: alice.flow)
    #expect(hold.summary == ["100", "INVITE"])
    let forwarded = try hold.request(.invite)
    #expect(forwarded.cSeq?.number == 2)
    let body = String(decoding: forwarded.body, as: UTF8.self)
    #expect(body.contains("a=sendonly"))
    #expect(body.contains("m=audio 20000 "))
    let held = try bench.deliver(
      bob.respond(200, to: forwarded, tag: nil, body: bob.sdp("recvonly", version: 2)),
      from: bob.flow)
    #expect(held.summary == ["ACK", "200"])
    #expect(try held.request(.ack).cSeq?.number == 2)
    #expect(bench.plans.last?.first?.caller.remote?.receives == false)
    let answer = try held.response(200)
    try bench.deliver(alice.request(.ack, cSeq: 2, dialog: answer), from: alice.flow)
    let resume = try bench.deliver(
      alice.request(.invite, cSeq: 3, dialog: toAlice, body: alice.sdp(version: 3)),
      from: alice.flow)
    #expect(resume.summary == ["100", "INVITE"])
    try finish()
  }

  @Test("The callee holds")
  func calleeHolds() throws {
    let hold = try bench.deliver(
      bob.request(
        .invite, cSeq: 7, answering: toBob, tag: "fb", body: bob.sdp("sendonly", version: 2)),
      from: bob.flow)
    #expect(hold.summary == ["100", "INVITE"])
    let forwarded = try hold.request(.invite, to: alice)
    #expect(forwarded.toTag == "fa")
    let held = try bench.deliver(
      alice.respond(200, to: forwarded, tag: nil, body: alice.sdp("recvonly", version: 2)),
      from: alice.flow)
    #expect(held.summary == ["ACK", "200"])
    try finish()
  }

  @Test("One at a time: 491 to the other side, 500 to the same (§14.2)")
  func glare() throws {
    let mine = try bench.deliver(
      alice.request(.invite, cSeq: 2, dialog: toAlice, body: alice.sdp(version: 2)),
      from: alice.flow
    ).request(.invite)
    let theirs = try bench.deliver(
      bob.request(.invite, cSeq: 1, answering: toBob, tag: "fb", body: bob.sdp(version: 2)),
      from: bob.flow)
    #expect(theirs.summary == ["491"])
    let again = try bench.deliver(
      alice.request(.invite, cSeq: 3, dialog: toAlice, body: alice.sdp(version: 3)),
      from: alice.flow)
    #expect(again.summary == ["500"])
    #expect(try again.response(500).firstValue(.retryAfter) != nil)
    let lost = try bench.deliver(bob.respond(491, to: mine, tag: nil), from: bob.flow)
    #expect(lost.summary == ["ACK", "491"])
    try finish()
  }

  @Test("A re-INVITE that the other side refuses leaves the session as it was")
  func refused() throws {
    let forwarded = try bench.deliver(
      alice.request(.invite, cSeq: 2, dialog: toAlice, body: alice.sdp(version: 2)),
      from: alice.flow
    ).request(.invite)
    let sent = try bench.deliver(bob.respond(488, to: forwarded, tag: nil), from: bob.flow)
    #expect(sent.summary == ["ACK", "488"])
    guard case .talking = try #require(bench.onlyCall).stage else {
      Issue.record("the call is over")
      return
    }
    try finish()
  }

  @Test("A party that no longer knows the dialog ends the call for both (§12.2.1.2)")
  func dialogGone() throws {
    let forwarded = try bench.deliver(
      alice.request(.invite, cSeq: 2, dialog: toAlice, body: alice.sdp(version: 2)),
      from: alice.flow
    ).request(.invite)
    let sent = try bench.deliver(bob.respond(481, to: forwarded, tag: nil), from: bob.flow)
    #expect(sent.summary == ["ACK", "481", "BYE", "BYE"])
    bench.expectNothingLeft()
    #expect(bench.records.first?.cause == 481)
  }

  @Test("A re-INVITE is cancelled on both sides")
  func cancelled() throws {
    let reinvite = alice.request(.invite, cSeq: 2, dialog: toAlice, body: alice.sdp(version: 2))
    let forwarded = try bench.deliver(reinvite, from: alice.flow).request(.invite)
    try bench.deliver(bob.respond(180, to: forwarded, tag: nil), from: bob.flow)
    let sent = try bench.deliver(alice.hopByHop(.cancel, of: reinvite), from: alice.flow)
    #expect(sent.summary == ["200 CANCEL", "487", "CANCEL"])
    #expect(try sent.request(.cancel).toTag == "fb")
    try bench.deliver(bob.respond(487, to: forwarded, tag: nil), from: bob.flow)
    try finish()
  }

  @Test("A request that goes back in CSeq gets 500; in a dialog that is over, 481 (§12.2.2)")
  func order() throws {
    try bench.deliver(alice.request(.info, cSeq: 9, dialog: toAlice), from: alice.flow)
    let old = try bench.deliver(
      alice.request(.info, cSeq: 5, dialog: toAlice, branch: "z9hG4bKold"), from: alice.flow)
    #expect(old.summary == ["500 INFO"])
    try bench.deliver(alice.request(.bye, cSeq: 10, dialog: toAlice), from: alice.flow)
    let late = try bench.deliver(alice.request(.info, cSeq: 11, dialog: toAlice), from: alice.flow)
    #expect(late.summary == ["481 INFO"])
    bench.expectNothingLeft()
  }

  @Test("INFO travels to the other party, and its answer back")
  func info() throws {
    let passed = try bench.deliver(
      alice.request(.info, cSeq: 2, dialog: toAlice, body: Array("Signal=1".utf8)),
      from: alice.flow)
    #expect(passed.summary == ["INFO"])
    let forwarded = try passed.request(.info)
    #expect(Array(forwarded.body) == Array("Signal=1".utf8))
    let answered = try bench.deliver(bob.respond(200, to: forwarded, tag: nil), from: bob.flow)
    #expect(answered.summary == ["200 INFO"])
    // A retransmission gets the answer again, and does not travel.
    let again = try bench.deliver(
      alice.request(.info, cSeq: 2, dialog: toAlice, body: Array("Signal=1".utf8)),
      from: alice.flow)
    #expect(again.summary == ["200 INFO"])
    try finish()
  }

  @Test("OPTIONS is answered here; what we cannot do gets 405 with Allow")
  func others() throws {
    let options = try bench.deliver(
      alice.request(.options, cSeq: 2, dialog: toAlice), from: alice.flow)
    #expect(options.summary == ["200 OPTIONS"])
    let refer = try bench.deliver(alice.request(.refer, cSeq: 3, dialog: toAlice), from: alice.flow)
    #expect(refer.summary == ["405 REFER"])
    #expect(try refer.response(405, to: .refer).firstValue(.allow) != nil)
    try finish()
  }

  @Test("A retransmitted BYE gets its answer again")
  func byeAgain() throws {
    let bye = alice.request(.bye, cSeq: 2, dialog: toAlice)
    #expect(try bench.deliver(bye, from: alice.flow).summary == ["200 BYE", "BYE"])
    #expect(try bench.deliver(bye, from: alice.flow).summary == ["200 BYE"])
    bench.expectNothingLeft()
  }

  @Test("Both hang up at once (RFC 5407 §2): each is answered, one record")
  func bothHangUp() throws {
    let sent = try bench.deliver(alice.request(.bye, cSeq: 2, dialog: toAlice), from: alice.flow)
    let crossing = try bench.deliver(
      bob.request(.bye, cSeq: 1, answering: toBob, tag: "fb"), from: bob.flow)
    #expect(crossing.summary == ["200 BYE"])
    try bench.deliver(bob.respond(481, to: sent.request(.bye), tag: nil), from: bob.flow)
    bench.expectNothingLeft()
    #expect(bench.records.count == 1)
  }
}
