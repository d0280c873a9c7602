import CallControl
import SIP
import Testing

@Suite("Blind transfer: RFC 3515")
final class TransferTests {
  let bench = CallBench(identity: .subscriber("alice@example.test"))
  let alice = TestParty.alice
  let bob = TestParty.bob()
  let carol = TestParty(flow: CallBench.phone(7), name: "carol", media: 42_000)
  let toAlice: SIPMessage
  let toBob: SIPMessage

  init() throws {
    bench.time = 1000
    let opened = try bench.deliver(alice.invite(), from: alice.flow)
    toBob = try opened.request(.invite)
    let answered = try bench.deliver(bob.respond(200, to: toBob, body: bob.sdp()), from: bob.flow)
    toAlice = try answered.response(200)
    try bench.deliver(alice.request(.ack, cSeq: 1, dialog: toAlice), from: alice.flow)
  }

  private static let referTo = (HeaderName.referTo, "<sip:carol@example.test>")

  private func referByBob(
    cSeq: Int = 1, headers: [(HeaderName, String)] = [referTo]
  ) throws -> [CallBench.Sent] {
    try bench.deliver(
      bob.request(.refer, cSeq: cSeq, answering: toBob, tag: "fb", headers: headers),
      from: bob.flow)
  }

  private func referByAlice(
    cSeq: Int = 2, headers: [(HeaderName, String)] = [referTo]
  ) throws -> [CallBench.Sent] {
    try bench.deliver(
      alice.request(.refer, cSeq: cSeq, dialog: toAlice, headers: headers), from: alice.flow)
  }

  private func text(_ message: SIPMessage) -> String {
    String(decoding: message.body, as: UTF8.self)
  }

  private func answer(
    _ sent: [CallBench.Sent], _ status: Int, by party: TestParty
  ) throws -> [CallBench.Sent] {
    let invite = try sent.request(.invite, to: party)
    return try bench.deliver(
      party.respond(
        status, to: invite, tag: "f\(party.name)", body: status == 200 ? party.sdp() : []),
      from: party.flow)
  }

  private func hangUp(_ sent: [CallBench.Sent], by party: TestParty) throws -> [CallBench.Sent] {
    let invite = try sent.request(.invite, to: party)
    return try bench.deliver(
      party.request(.bye, cSeq: 9, answering: invite, tag: "f\(party.name)"), from: party.flow)
  }

  /// Everybody says yes to what is still open, then nothing is left.
  private func finish(_ sent: [CallBench.Sent]) throws {
    for item in sent {
      guard case .request(let method) = item.message.kind, method != .ack, method != .invite
      else { continue }
      let party = [alice, bob, carol].first { $0.flow == item.flow }
      try bench.deliver(
        try #require(party).respond(200, to: item.message, tag: nil), from: item.flow)
    }
    bench.expectNothingLeft()
  }

  @Test("The callee sends the caller on: the target takes its place, and both hear each other")
  func byCallee() throws {
    let referred = try referByBob()
    #expect(referred.summary == ["202 REFER", "NOTIFY", "INVITE"])
    let trying = try referred.request(.notify, to: bob)
    #expect(text(trying) == "SIP/2.0 100 Trying\r\n")
    #expect(trying.firstValue(.event) == "refer;id=1")
    #expect(trying.firstValue(.subscriptionState) == "active;expires=600")
    #expect(trying.contentType == "message/sipfrag;version=2.0")
    let invite = try referred.request(.invite, to: carol)
    #expect(invite.firstValue(.referredBy) == "<sip:bob@example.test>")
    #expect(invite.from?.uri.text == "sip:alice@example.test")
    #expect(invite.to?.uri.text == "sip:carol@example.test")
    let ringing = try answer(referred, 180, by: carol)
    #expect(ringing.summary == ["NOTIFY"])
    #expect(text(try ringing.request(.notify, to: bob)) == "SIP/2.0 180 Ringing\r\n")
    bench.time += 1000
    let taken = try answer(referred, 200, by: carol)
    #expect(taken.summary == ["ACK", "NOTIFY", "BYE", "INVITE"])
    let told = try taken.request(.notify, to: bob)
    #expect(text(told) == "SIP/2.0 200 OK\r\n")
    #expect(told.firstValue(.subscriptionState) == "terminated;reason=noresource")
    _ = try taken.request(.bye, to: bob)
    let last = try #require(bench.plans.last?.first)
    #expect(last.caller.remote?.rtp?.port == 40_000, "alice's side is the same")
    #expect(last.callee?.remote?.rtp?.port == 42_000)
    #expect(last.callee?.ports != bench.plans.first?.first?.callee?.ports)
    let reoffer = try taken.request(.invite, to: alice)
    #expect(text(reoffer).contains("m=audio \(last.caller.ports.rtp) "))
    let agreed = try bench.deliver(
      alice.respond(200, to: reoffer, tag: nil, body: alice.sdp(version: 2)), from: alice.flow)
    #expect(agreed.summary == ["ACK"])
    bench.time += 5000
    let bye = try bench.deliver(alice.request(.bye, cSeq: 2, dialog: toAlice), from: alice.flow)
    #expect(bye.summary == ["200 BYE", "BYE"])
    _ = try bye.request(.bye, to: carol)
    try finish(taken + bye)
    #expect(bench.records.map(\.kind) == ["call", "transfer"])
    #expect(bench.records[0].note == "transferred by bob0@example.test to bob7@example.test")
    #expect(bench.records[0].duration == 6000 && bench.records[0].releasedBy == .caller)
    #expect(bench.records[1].parent == bench.records[0].id)
    #expect(bench.records[1].duration == 5000)
    #expect(bench.records[1].callerUser == "alice@example.test")
  }

  @Test("The caller sends the callee on, and the target hangs up at last")
  func byCaller() throws {
    let referred = try referByAlice()
    #expect(referred.summary == ["202 REFER", "NOTIFY", "INVITE"])
    let invite = try referred.request(.invite, to: carol)
    #expect(invite.firstValue(.referredBy) == "<sip:alice@example.test>")
    let taken = try answer(referred, 200, by: carol)
    #expect(taken.summary == ["ACK", "NOTIFY", "BYE", "INVITE"])
    _ = try taken.request(.bye, to: alice)
    let reoffer = try taken.request(.invite, to: bob)
    try bench.deliver(
      bob.respond(200, to: reoffer, tag: nil, body: bob.sdp(version: 2)), from: bob.flow)
    let last = try #require(bench.plans.last?.first)
    #expect(last.caller.remote?.rtp?.port == 42_000, "the target has taken the caller's side")
    #expect(last.callee?.remote?.rtp?.port == 41_000)
    let bye = try hangUp(referred, by: carol)
    #expect(bye.summary == ["200 BYE", "BYE"])
    _ = try bye.request(.bye, to: bob)
    try finish(taken + bye)
  }

  @Test("Streams that the sender had put on hold are offered to the target alive")
  func held() throws {
    let hold = try bench.deliver(
      alice.request(.invite, cSeq: 2, dialog: toAlice, body: alice.sdp("sendonly", version: 2)),
      from: alice.flow)
    let invite = try hold.request(.invite, to: bob)
    let holding = try bench.deliver(
      bob.respond(200, to: invite, tag: nil, body: bob.sdp("recvonly", version: 2)),
      from: bob.flow)
    try bench.deliver(
      alice.request(.ack, cSeq: 2, dialog: try holding.response(200)), from: alice.flow)
    let referred = try referByAlice(cSeq: 3)
    #expect(text(try referred.request(.invite, to: carol)).contains("a=sendrecv"))
    let taken = try answer(referred, 200, by: carol)
    #expect(text(try taken.request(.invite, to: bob)).contains("a=sendrecv"))
    try finish(taken + hangUp(referred, by: carol))
  }

  @Test(
    "A target that does not take the call leaves the others talking",
    arguments: [(486, "486 Busy Here"), (603, "603 Decline"), (302, "480 Temporarily Unavailable")])
  func failing(_ status: Int, _ line: String) throws {
    let failed = try answer(try referByAlice(), status, by: carol)
    #expect(failed.summary == ["ACK", "NOTIFY"])
    let told = try failed.request(.notify, to: alice)
    #expect(text(told) == "SIP/2.0 \(line)\r\n")
    #expect(told.firstValue(.subscriptionState) == "terminated;reason=noresource")
    let again = try referByAlice(cSeq: 3)
    #expect(again.summary == ["202 REFER", "NOTIFY", "INVITE"], "another may follow")
    #expect(try again.request(.notify, to: alice).firstValue(.event) == "refer;id=3")
    let bye = try bench.deliver(alice.request(.bye, cSeq: 4, dialog: toAlice), from: alice.flow)
    #expect(bye.summary == ["200 BYE"], "the second one goes on without its sender")
    let refused = try answer(again, 486, by: carol)
    #expect(refused.summary == ["ACK", "BYE"])
    let end = try refused.request(.bye, to: bob)
    #expect(end.firstValue(.reason) == "SIP;cause=486;text=\"Busy Here\"")
    try finish(refused)
    #expect(bench.records.map(\.kind) == ["call", "transfer", "transfer"])
  }

  @Test("The sender leaves before the target answers: the others are joined all the same")
  func senderLeaves() throws {
    let referred = try referByAlice()
    let bye = try bench.deliver(alice.request(.bye, cSeq: 3, dialog: toAlice), from: alice.flow)
    #expect(bye.summary == ["200 BYE"])
    let hold = try bench.deliver(
      bob.request(
        .invite, cSeq: 1, answering: toBob, tag: "fb", body: bob.sdp("sendonly", version: 2)),
      from: bob.flow)
    #expect(hold.summary == ["491"], "there is nobody to ask")
    let taken = try answer(referred, 200, by: carol)
    #expect(taken.summary == ["ACK", "INVITE"])
    try finish(taken + hangUp(referred, by: carol))
  }

  @Test("Whoever was to be sent on hangs up: the target is called no more")
  func transfereeLeaves() throws {
    let referred = try referByAlice()
    _ = try answer(referred, 180, by: carol)
    let bye = try bench.deliver(
      bob.request(.bye, cSeq: 1, answering: toBob, tag: "fb"), from: bob.flow)
    #expect(bye.summary == ["200 BYE", "NOTIFY", "BYE", "CANCEL"])
    #expect(text(try bye.request(.notify, to: alice)) == "SIP/2.0 487 Request Terminated\r\n")
    #expect(try bye.request(.cancel, to: carol).firstValue(.reason) == nil)
    // Its answer crosses the CANCEL.
    let late = try answer(referred, 200, by: carol)
    #expect(late.summary == ["ACK", "BYE"])
    try finish(bye + late)
  }

  @Test("Nobody is there: after the ringing time the sender hears of it")
  func silence() throws {
    _ = try answer(try referByAlice(), 180, by: carol)
    let ended = bench.advance(to: 62_000)
    #expect(ended.summary.contains("CANCEL"))
    #expect(
      ended.contains {
        $0.message.kind == .request(.notify) && text($0.message) == "SIP/2.0 408 No Answer\r\n"
      })
    let bye = try bench.deliver(alice.request(.bye, cSeq: 3, dialog: toAlice), from: alice.flow)
    #expect(bye.summary == ["200 BYE", "BYE"])
    try finish(bye)
  }

  @Test("What is no REFER that we can follow is refused, and changes nothing")
  func refused() throws {
    let cases: [([(HeaderName, String)], Int)] = [
      ([], 400), ([Self.referTo, Self.referTo], 400), ([(.referTo, "<<>")], 400),
      ([(.referTo, "<sip:c@example.test;method=BYE>")], 603),
      ([(.referTo, "<http://example.test>")], 416),
    ]
    for (number, (headers, status)) in cases.enumerated() {
      let sent = try referByAlice(cSeq: 2 + number, headers: headers)
      #expect(sent.summary == ["\(status) REFER"])
    }
    bench.refer = { _ in .refused(status: 403, reason: "Not Permitted") }
    let sent = try referByAlice(cSeq: 20)
    #expect(sent.summary == ["202 REFER", "NOTIFY", "NOTIFY"])
    #expect(text(try #require(sent.last).message) == "SIP/2.0 403 Not Permitted\r\n")
    #expect(bench.onlyCall?.transfer == nil && bench.onlyCall?.legs.count == 2)
  }

  @Test("One transfer at a time: the second REFER, of either party, gets 491")
  func second() throws {
    let referred = try referByAlice()
    #expect(try referByBob().summary == ["491 REFER"])
    #expect(try referByAlice(cSeq: 3).summary == ["491 REFER"])
    let again = try referByAlice()
    #expect(again.summary == ["202 REFER"], "a retransmission gets its answer again")
    try finish(try answer(referred, 200, by: carol) + hangUp(referred, by: carol))
  }

  @Test("Who wants no notifications gets none (RFC 4488)")
  func silent() throws {
    let referred = try referByAlice(headers: [Self.referTo, (.referSub, "false")])
    #expect(referred.summary == ["202 REFER", "INVITE"])
    #expect(try referred.response(202, to: .refer).firstValue(.referSub) == "false")
    let taken = try answer(referred, 200, by: carol)
    #expect(taken.summary == ["ACK", "BYE", "INVITE"])
    try finish(taken + hangUp(referred, by: carol))
  }

  @Test("A party that is busy with an offer of its own is told of the new media later")
  func glare() throws {
    let referred = try referByBob()
    let taken = try answer(referred, 200, by: carol)
    let reoffer = try taken.request(.invite, to: alice)
    let refused = try bench.deliver(alice.respond(491, to: reoffer, tag: nil), from: alice.flow)
    #expect(refused.summary == ["ACK"])
    let later = bench.advance(to: bench.time + 4_500)
    let again = try later.request(.invite, to: alice)
    #expect(again.body == reoffer.body)
    try bench.deliver(
      alice.respond(200, to: again, tag: nil, body: alice.sdp(version: 2)), from: alice.flow)
    #expect(bench.onlyCall?.reoffer == nil)
    try finish(taken + hangUp(referred, by: carol))
  }

  @Test("A party's own re-INVITE that meets the transfer is refused, and it is told at once after")
  func crossingOffer() throws {
    let referred = try referByBob()
    let hold = try bench.deliver(
      alice.request(.invite, cSeq: 2, dialog: toAlice, body: alice.sdp("sendonly", version: 2)),
      from: alice.flow)
    _ = try hold.request(.invite, to: bob)
    let taken = try answer(referred, 200, by: carol)
    #expect(taken.summary.contains("491"))
    let refusal = try taken.response(491)
    try bench.deliver(
      alice.request(.ack, cSeq: 2, dialog: refusal), from: alice.flow)
    let told = taken + bench.advance(to: bench.time + 1_000)
    _ = try told.request(.invite, to: alice)
    try finish(taken + hangUp(referred, by: carol))
  }

  @Test("The one that was transferred may be transferred on")
  func chain() throws {
    let referred = try referByBob()
    let taken = try answer(referred, 200, by: carol)
    let reoffer = try taken.request(.invite, to: alice)
    try bench.deliver(
      alice.respond(200, to: reoffer, tag: nil, body: alice.sdp(version: 2)), from: alice.flow)
    let dave = TestParty(flow: CallBench.phone(8), name: "dave", media: 43_000)
    bench.refer = { _ in .targets([[CallBench.target(8)]]) }
    let invite = try referred.request(.invite, to: carol)
    let onward = try bench.deliver(
      carol.request(
        .refer, cSeq: 1, answering: invite, tag: "fcarol",
        headers: [(.referTo, "sip:dave@example.test")]), from: carol.flow)
    let joined = try answer(onward, 200, by: dave)
    _ = try joined.request(.bye, to: carol)
    #expect(bench.plans.last?.first?.callee?.remote?.rtp?.port == 43_000)
    let bye = try hangUp(onward, by: dave)
    _ = try bye.request(.bye, to: alice)
    bench.expectNothingLeft()
    #expect(bench.records.map(\.kind) == ["call", "transfer", "transfer"])
  }

  @Test("A restart in any phase goes on where it was")
  func restart() throws {
    let id = try #require(bench.onlyCallID)
    let heard = bench.now.wall
    let referred = try referByBob()
    #expect(bench.take(.recovered(lastHeard: heard), for: id).summary.contains("NOTIFY"))
    _ = try answer(referred, 180, by: carol)
    bench.take(.recovered(lastHeard: heard), for: id)
    let taken = try answer(referred, 200, by: carol)
    let resumed = bench.take(.recovered(lastHeard: heard), for: id)
    // The INVITE has left, and is repeated by its timer.
    #expect(Set(resumed.summary) == ["ACK", "NOTIFY", "BYE"])
    #expect(bench.plans.last?.first?.callee?.remote?.rtp?.port == 42_000)
    try finish(taken + hangUp(referred, by: carol))
  }
}
