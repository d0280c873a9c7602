import Addressing
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
    let call = try #require(bench.onlyCall)
    #expect(call.caller.remote == call.caller.agreed)
    #expect(call.codec == "PCMU/8000")
    let hold = try bench.deliver(
      alice.request(.invite, cSeq: 3, dialog: toAlice, body: alice.sdp("sendonly", version: 3)),
      from: alice.flow)
    #expect(hold.summary == ["100", "INVITE"])
    try finish()
  }

  @Test("A body that is no session description is refused, with what is taken (§8.2.3)")
  func foreignBody() throws {
    var writer = MessageWriter(request: .invite, uri: "sip:198.51.100.1")
    let plain = try SIPMessage(alice.request(.invite, cSeq: 2, dialog: toAlice))
    for field in plain.fields where field.name != .contentLength {
      writer.add(field.name, field.value)
    }
    let bytes = writer.finish(body: Array("hold, please".utf8), contentType: "text/plain")
    let sent = try bench.deliver(bytes, from: alice.flow)
    #expect(sent.summary == ["415"])
    #expect(try sent.response(415).firstValue(.accept) == "application/sdp")
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
    #expect(sent.summary == ["200 CANCEL", "CANCEL"])
    #expect(try sent.request(.cancel).toTag == "fb")
    let ended = try bench.deliver(bob.respond(487, to: forwarded, tag: nil), from: bob.flow)
    #expect(ended.summary == ["ACK", "487"])
    try finish()
  }

  @Test("A re-INVITE taken back before the other side has spoken is cancelled when it does (§9.1)")
  func cancelledEarly() throws {
    let reinvite = alice.request(.invite, cSeq: 2, dialog: toAlice, body: alice.sdp(version: 2))
    let forwarded = try bench.deliver(reinvite, from: alice.flow).request(.invite)
    let early = try bench.deliver(alice.hopByHop(.cancel, of: reinvite), from: alice.flow)
    #expect(early.summary == ["200 CANCEL"])
    let trying = try bench.deliver(bob.respond(100, to: forwarded, tag: nil), from: bob.flow)
    #expect(trying.summary == ["CANCEL"])
    let ended = try bench.deliver(bob.respond(487, to: forwarded, tag: nil), from: bob.flow)
    #expect(ended.summary == ["ACK", "487"])
    try finish()
  }

  @Test("A 2xx that is quicker than the CANCEL stands on both sides (§9.2)")
  func cancelTooLate() throws {
    let reinvite = alice.request(.invite, cSeq: 2, dialog: toAlice, body: alice.sdp(version: 2))
    let forwarded = try bench.deliver(reinvite, from: alice.flow).request(.invite)
    try bench.deliver(alice.hopByHop(.cancel, of: reinvite), from: alice.flow)
    let sent = try bench.deliver(
      bob.respond(200, to: forwarded, tag: nil, body: bob.sdp(version: 2)), from: bob.flow)
    #expect(sent.summary == ["ACK", "200"])
    try finish()
  }

  @Test("An offerless re-INVITE: the 2xx may come twice before the ACK with the answer")
  func lateOffer() throws {
    let forwarded = try bench.deliver(
      alice.request(.invite, cSeq: 2, dialog: toAlice), from: alice.flow
    ).request(.invite)
    #expect(forwarded.body.isEmpty)
    let offer = bob.respond(200, to: forwarded, tag: nil, body: bob.sdp(version: 2))
    let sent = try bench.deliver(offer, from: bob.flow)
    #expect(sent.summary == ["200"])
    #expect(try bench.deliver(offer, from: bob.flow).isEmpty, "no ACK without the answer")
    let ack = try bench.deliver(
      alice.request(
        .ack, cSeq: 2, dialog: sent.response(200), body: alice.sdp("sendonly", version: 2)),
      from: alice.flow)
    #expect(ack.summary == ["ACK"])
    #expect(try ack.request(.ack).cSeq?.number == 2)
    #expect(!(try ack.request(.ack).body.isEmpty))
    #expect(try bench.deliver(offer, from: bob.flow).summary == ["ACK"])
    try finish()
  }

  @Test("The answer in an ACK goes to the INVITE that offered, not to one refused before")
  func lateOfferAfterRefusal() throws {
    let refused = try bench.deliver(
      alice.request(.invite, cSeq: 2, dialog: toAlice, body: alice.sdp(version: 2)),
      from: alice.flow
    ).request(.invite)
    let rejection = try bench.deliver(bob.respond(488, to: refused, tag: nil), from: bob.flow)
      .response(488)
    try bench.deliver(
      alice.request(.ack, cSeq: 2, dialog: rejection, branch: "z9hG4bKr"), from: alice.flow)
    let forwarded = try bench.deliver(
      alice.request(.invite, cSeq: 3, dialog: toAlice), from: alice.flow
    ).request(.invite)
    let answer = try bench.deliver(
      bob.respond(200, to: forwarded, tag: nil, body: bob.sdp(version: 2)), from: bob.flow
    ).response(200)
    let ack = try bench.deliver(
      alice.request(.ack, cSeq: 3, dialog: answer, body: alice.sdp(version: 3)), from: alice.flow)
    #expect(try ack.request(.ack).cSeq?.number == 3)
    try finish()
  }

  @Test("A flood of requests in a dialog is bounded, and a BYE still ends the call")
  func flood() throws {
    var refused = 0
    for cSeq in 2..<102 {
      let sent = try bench.deliver(
        alice.request(.info, cSeq: cSeq, dialog: toAlice, body: [65]), from: alice.flow)
      refused += sent.summary.count { $0 == "503 INFO" }
    }
    #expect(refused > 70)
    #expect((bench.onlyCall?.caller.transactionCount ?? 0) <= 24)
    let bye = try bench.deliver(alice.request(.bye, cSeq: 102, dialog: toAlice), from: alice.flow)
    #expect(bye.summary == ["200 BYE", "BYE"])
    bench.expectNothingLeft()
  }

  @Test("A phone whose address translation moved is answered and reached at the new place")
  func movedPhone() throws {
    var moved = alice.flow
    moved.remote = IPEndpoint(alice.flow.remote.address, 61_000)
    let info = alice.request(.info, cSeq: 2, dialog: toAlice)
    _ = try bench.deliver(info, from: moved)
    // Its Contact is public and believed, so requests go on to go there.
    #expect(bench.onlyCall?.caller.flow.remote == alice.flow.remote)
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
    let publish = try bench.deliver(
      alice.request(.publish, cSeq: 3, dialog: toAlice), from: alice.flow)
    #expect(publish.summary == ["405 PUBLISH"])
    #expect(try publish.response(405, to: .publish).firstValue(.allow) != nil)
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
