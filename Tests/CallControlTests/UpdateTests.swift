import CallControl
import SIP
import Testing

@Suite("UPDATE (RFC 3311)")
struct UpdateTests {
  let alice = TestParty.alice
  let bob = TestParty.bob()
  let bench = CallBench()
  let allow: [(HeaderName, String)] = [(.allow, "INVITE, ACK, BYE, CANCEL, UPDATE, PRACK")]

  private func connect(bobTakesIt: Bool = true) throws -> (toBob: SIPMessage, toAlice: SIPMessage) {
    let toBob = try bench.deliver(alice.invite(headers: allow), from: alice.flow).request(.invite)
    let toAlice = try bench.deliver(
      bob.respond(200, to: toBob, body: bob.sdp(), headers: bobTakesIt ? allow : []),
      from: bob.flow
    ).response(200)
    try bench.deliver(alice.request(.ack, cSeq: 1, dialog: toAlice), from: alice.flow)
    return (toBob, toAlice)
  }

  private func finish(sourceLocation: SourceLocation = #_sourceLocation) throws {
    bench.take(.hangUp(reason: "test"), for: try #require(bench.onlyCall).id)
    bench.expectNothingLeft(sourceLocation: sourceLocation)
  }

  @Test("With an offer it travels to the other party, and the answer back")
  func relayed() throws {
    let (_, toAlice) = try connect()
    let sent = try bench.deliver(
      alice.request(.update, cSeq: 2, dialog: toAlice, body: alice.sdp("sendonly", version: 2)),
      from: alice.flow)
    #expect(sent.summary == ["UPDATE"])
    let forwarded = try sent.request(.update)
    #expect(forwarded.contains(.contact))
    #expect(String(decoding: forwarded.body, as: UTF8.self).contains("a=sendonly"))
    let held = try bench.deliver(
      bob.respond(200, to: forwarded, tag: nil, body: bob.sdp("recvonly", version: 2)),
      from: bob.flow)
    #expect(held.summary == ["200 UPDATE"])
    let answer = try held.response(200, to: .update)
    #expect(answer.contains(.contact))
    #expect(String(decoding: answer.body, as: UTF8.self).contains("a=recvonly"))
    #expect(bench.plans.last?.first?.caller.remote?.receives == false)
    #expect(bench.onlyCall?.caller.remote == bench.onlyCall?.caller.agreed)
    try finish()
  }

  @Test("A phone that takes no UPDATE gets a re-INVITE")
  func asReinvite() throws {
    let (_, toAlice) = try connect(bobTakesIt: false)
    let sent = try bench.deliver(
      alice.request(.update, cSeq: 2, dialog: toAlice, body: alice.sdp("sendonly", version: 2)),
      from: alice.flow)
    #expect(sent.summary == ["INVITE"])
    let held = try bench.deliver(
      bob.respond(200, to: sent.request(.invite), tag: nil, body: bob.sdp("recvonly", version: 2)),
      from: bob.flow)
    #expect(held.summary == ["ACK", "200 UPDATE"])
    let again = try bench.deliver(
      alice.request(.update, cSeq: 3, dialog: toAlice, body: alice.sdp(version: 3)),
      from: alice.flow
    ).request(.invite)
    let refused = try bench.deliver(bob.respond(488, to: again, tag: nil), from: bob.flow)
    #expect(refused.summary == ["ACK", "488 UPDATE"])
    #expect(bench.onlyCall?.caller.remote == bench.onlyCall?.caller.agreed)
    try finish()
  }

  @Test("Without an offer it says where the party is, and is answered here")
  func targetRefresh() throws {
    let (_, toAlice) = try connect()
    var moved = alice
    moved.media = 1
    let sent = try bench.deliver(
      alice.request(.update, cSeq: 2, dialog: toAlice), from: alice.flow)
    #expect(sent.summary == ["200 UPDATE"])
    #expect(try sent.response(200, to: .update).contains(.contact))
    try finish()
  }

  @Test("One offer at a time (§5.2): 500 to the same party, 491 to the other")
  func glare() throws {
    let (toBob, toAlice) = try connect()
    let mine = try bench.deliver(
      alice.request(.update, cSeq: 2, dialog: toAlice, body: alice.sdp(version: 2)),
      from: alice.flow
    ).request(.update)
    let again = try bench.deliver(
      alice.request(.update, cSeq: 3, dialog: toAlice, body: alice.sdp(version: 3)),
      from: alice.flow)
    #expect(again.summary == ["500 UPDATE"])
    #expect(try again.response(500, to: .update).firstValue(.retryAfter) != nil)
    let theirs = try bench.deliver(
      bob.request(.update, cSeq: 1, answering: toBob, tag: "fb", body: bob.sdp(version: 2)),
      from: bob.flow)
    #expect(theirs.summary == ["491 UPDATE"])
    let crossing = try bench.deliver(
      bob.request(.invite, cSeq: 2, answering: toBob, tag: "fb", body: bob.sdp(version: 2)),
      from: bob.flow)
    #expect(crossing.summary == ["491"])
    let lost = try bench.deliver(bob.respond(491, to: mine, tag: nil), from: bob.flow)
    #expect(lost.summary == ["491 UPDATE"])
    #expect(bench.onlyCall?.caller.remote == bench.onlyCall?.caller.agreed)
    try finish()
  }

  @Test("481, or silence, ends the call for both (RFC 5057)", arguments: [true, false])
  func dialogGone(answers: Bool) throws {
    let (_, toAlice) = try connect()
    let forwarded = try bench.deliver(
      alice.request(.update, cSeq: 2, dialog: toAlice, body: alice.sdp(version: 2)),
      from: alice.flow
    ).request(.update)
    let sent =
      answers
      ? try bench.deliver(bob.respond(481, to: forwarded, tag: nil), from: bob.flow)
      : bench.advance(to: 33_000)
    #expect(sent.summary.filter { $0 == "BYE" }.count >= 2)
    bench.expectNothingLeft()
    #expect(bench.records.first?.cause == (answers ? 481 : 408))
  }

  @Test("A BYE while the other party has yet to answer leaves nothing open")
  func byeMeanwhile() throws {
    let (_, toAlice) = try connect(bobTakesIt: false)
    try bench.deliver(
      alice.request(.update, cSeq: 2, dialog: toAlice, body: alice.sdp(version: 2)),
      from: alice.flow)
    let bye = try bench.deliver(alice.request(.bye, cSeq: 3, dialog: toAlice), from: alice.flow)
    #expect(bye.summary == ["200 BYE", "487 UPDATE", "BYE"])
    bench.expectNothingLeft()
  }

  @Test("In an early dialog it travels once the exchange is over on both sides, else 504 or 500")
  func early() throws {
    let headers = allow + [(.supported, "100rel")]
    let toBob = try bench.deliver(alice.invite(headers: headers), from: alice.flow)
      .request(.invite)
    let early = try bench.deliver(
      bob.respond(
        183, to: toBob, body: bob.sdp(),
        headers: allow + [(.require, "100rel"), (.rSeq, "1")]),
      from: bob.flow
    ).response(183)
    let tooSoon = try bench.deliver(
      bob.request(.update, cSeq: 1, answering: toBob, tag: "fb", body: bob.sdp(version: 2)),
      from: bob.flow)
    #expect(tooSoon.summary == ["504 UPDATE"], "the caller has not acknowledged the answer")
    let notYet = try bench.deliver(
      alice.request(.update, cSeq: 2, dialog: early, body: alice.sdp(version: 2)),
      from: alice.flow)
    #expect(notYet.summary == ["500 UPDATE"])
    try bench.deliver(
      alice.request(
        .prack, cSeq: 3, dialog: early, headers: [(.rAck, "\(early.rSeq ?? 0) 1 INVITE")]),
      from: alice.flow)
    let theirs = try bench.deliver(
      bob.request(.update, cSeq: 2, answering: toBob, tag: "fb", body: bob.sdp(version: 3)),
      from: bob.flow
    ).request(.update, to: alice)
    let answered = try bench.deliver(
      alice.respond(200, to: theirs, tag: nil, body: alice.sdp(version: 2)), from: alice.flow)
    #expect(answered.summary == ["200 UPDATE"])
    let mine = try bench.deliver(
      alice.request(.update, cSeq: 4, dialog: early, body: alice.sdp("inactive", version: 3)),
      from: alice.flow)
    #expect(mine.summary == ["UPDATE"])
    try bench.deliver(
      bob.respond(200, to: mine.request(.update), tag: nil, body: bob.sdp("inactive", version: 4)),
      from: bob.flow)
    let ok = try bench.deliver(bob.respond(200, to: toBob), from: bob.flow)
    #expect(ok.summary == ["ACK", "200"])
    #expect(try ok.response(200).body.isEmpty)
    try bench.deliver(alice.request(.ack, cSeq: 1, dialog: ok.response(200)), from: alice.flow)
    #expect(bench.onlyCall?.caller.remote?.media.first?.sends == false)
    try finish()
  }

  @Test("An offer in a PRACK goes on as an UPDATE, and its answer is in the 200 (RFC 3262 §5)")
  func offerInPrack() throws {
    let headers = allow + [(.require, "100rel")]
    let toBob = try bench.deliver(alice.invite(headers: headers), from: alice.flow)
      .request(.invite)
    let early = try bench.deliver(
      bob.respond(
        183, to: toBob, body: bob.sdp(),
        headers: allow + [(.require, "100rel"), (.rSeq, "1")]),
      from: bob.flow
    ).response(183)
    let prack = alice.request(
      .prack, cSeq: 2, dialog: early, body: alice.sdp("sendonly", version: 2),
      headers: [(.rAck, "\(early.rSeq ?? 0) 1 INVITE")])
    let sent = try bench.deliver(prack, from: alice.flow)
    #expect(sent.summary == ["UPDATE"])
    let answered = try bench.deliver(
      bob.respond(200, to: sent.request(.update), tag: nil, body: bob.sdp("recvonly", version: 2)),
      from: bob.flow)
    #expect(answered.summary == ["200 PRACK"])
    #expect(!(try answered.response(200, to: .prack).body.isEmpty))
    #expect(try bench.deliver(prack, from: alice.flow).summary == ["200 PRACK"])
    try finish()
  }

  @Test("The echo test answers it")
  func echo() throws {
    let bench = CallBench { _ in .echo }
    let toAlice = try bench.deliver(alice.invite(), from: alice.flow).response(200)
    try bench.deliver(alice.request(.ack, cSeq: 1, dialog: toAlice), from: alice.flow)
    let sent = try bench.deliver(
      alice.request(.update, cSeq: 2, dialog: toAlice, body: alice.sdp("sendonly", version: 2)),
      from: alice.flow)
    #expect(sent.summary == ["200 UPDATE"])
    #expect(!(try sent.response(200, to: .update).body.isEmpty))
    bench.take(.hangUp(reason: "test"), for: try #require(bench.onlyCall).id)
    bench.expectNothingLeft()
  }
}
