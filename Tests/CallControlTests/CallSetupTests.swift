import CallControl
import SIP
import Testing

@Suite("Setting calls up and ending them")
struct CallSetupTests {
  let alice = TestParty.alice
  let bob = TestParty.bob()

  /// Alice calls, bob answers; both ends' views of the dialog.
  private func connected(_ bench: CallBench) throws -> (toBob: SIPMessage, toAlice: SIPMessage) {
    let invite = try bench.deliver(alice.invite(), from: alice.flow).request(.invite)
    try bench.deliver(bob.respond(180, to: invite), from: bob.flow)
    let answer = try bench.deliver(bob.respond(200, to: invite, body: bob.sdp()), from: bob.flow)
      .response(200)
    try bench.deliver(alice.request(.ack, cSeq: 1, dialog: answer), from: alice.flow)
    return (invite, answer)
  }

  @Test("A call is set up, answered, talked through our ports, and ended by the caller")
  func plainCall() throws {
    let bench = CallBench()
    let first = try bench.deliver(alice.invite(), from: alice.flow)
    #expect(first.summary == ["100", "INVITE"])
    let invite = try first.request(.invite)
    #expect(invite.maxForwards == 69)
    #expect(invite.callID != "call-1@alice")
    #expect(String(decoding: invite.body, as: UTF8.self).contains("m=audio 20000 RTP/AVP 0 101"))
    #expect(String(decoding: invite.body, as: UTF8.self).contains("c=IN IP4 198.51.100.1"))
    let ringing = try bench.deliver(bob.respond(180, to: invite), from: bob.flow)
    #expect(ringing.summary == ["180"])
    bench.time = 2000
    let answer = try bench.deliver(bob.respond(200, to: invite, body: bob.sdp()), from: bob.flow)
    #expect(answer.summary == ["ACK", "200"])
    let toAlice = try answer.response(200)
    #expect(String(decoding: toAlice.body, as: UTF8.self).contains("m=audio 20002 RTP/AVP 0 101"))
    #expect(bench.plans.count == 1)
    #expect(bench.plans.first?.first?.callee?.remote?.rtp?.port == 41_000)
    #expect(
      try bench.deliver(alice.request(.ack, cSeq: 1, dialog: toAlice), from: alice.flow).isEmpty)
    bench.time = 12_000
    let bye = try bench.deliver(alice.request(.bye, cSeq: 2, dialog: toAlice), from: alice.flow)
    #expect(bye.summary == ["200 BYE", "BYE"])
    try bench.deliver(bob.respond(200, to: bye.request(.bye), tag: nil), from: bob.flow)
    #expect(bench.records.count == 1)
    let record = try #require(bench.records.first)
    #expect(record.duration == 10_000)
    #expect(record.cause == 200 && record.releasedBy == .caller && record.billable)
    #expect(record.codec == "PCMU/8000")
    #expect(record.fromCaller.packets == 100)
    #expect(record.calleeUser == "bob0@example.test")
    bench.expectNothingLeft()
  }

  @Test("Whoever hangs up is on record", arguments: [true, false])
  func hangUp(byCaller: Bool) throws {
    let bench = CallBench()
    let (toBob, toAlice) = try connected(bench)
    let bytes =
      byCaller
      ? alice.request(.bye, cSeq: 2, dialog: toAlice)
      : bob.request(.bye, cSeq: 1, answering: toBob, tag: "fb")
    let sent = try bench.deliver(bytes, from: byCaller ? alice.flow : bob.flow)
    #expect(sent.summary == ["200 BYE", "BYE"])
    #expect(sent.last?.flow == (byCaller ? bob.flow : alice.flow))
    #expect(bench.records.first?.releasedBy == (byCaller ? .caller : .callee))
    bench.expectNothingLeft()
    #expect(bench.records.count == 1)
  }

  @Test(
    "A phone's refusal reaches the caller, in the words that are for the caller",
    arguments: [
      (486, 486), (404, 404), (603, 603), (480, 480), (500, 500), (488, 488), (600, 600),
      (503, 500), (401, 403), (407, 403), (302, 480), (487, 480),
    ])
  func refusal(from phone: Int, to caller: Int) throws {
    let bench = CallBench()
    let invite = try bench.deliver(alice.invite(), from: alice.flow).request(.invite)
    let sent = try bench.deliver(bob.respond(phone, to: invite), from: bob.flow)
    #expect(sent.summary == ["ACK", "\(caller)"])
    #expect(try sent.request(.ack).toTag == "fb")
    let rejection = try sent.response(caller)
    try bench.deliver(
      alice.hopByHop(.ack, of: alice.invite(), to: rejection.firstValue(.to)), from: alice.flow)
    #expect(bench.records.first?.cause == caller)
    #expect(bench.records.first?.answer == nil)
    #expect(bench.records.first?.releasedBy == .callee)
    bench.expectNothingLeft()
    #expect(bench.records.count == 1)
  }

  @Test("A route that refuses is told at once")
  func refusedByRoute() throws {
    let bench = CallBench { _ in .refused(status: 404, reason: nil) }
    #expect(try bench.deliver(alice.invite(), from: alice.flow).summary == ["100", "404"])
    #expect(bench.records.first?.releasedBy == .system)
    bench.expectNothingLeft()
  }

  @Test("A phone that never answers the INVITE costs the caller Timer B")
  func silentPhone() throws {
    let bench = CallBench()
    try bench.deliver(alice.invite(), from: alice.flow)
    let sent = bench.advance(to: 32_000)
    #expect(sent.summary.filter { $0 == "INVITE" }.count == 6)
    #expect(sent.summary.last == "408")
    bench.expectNothingLeft()
    #expect(bench.records.count == 1)
  }

  @Test("A phone that rings for too long is cancelled (RFC 3261 §16.8)")
  func ringTimeout() throws {
    let bench = CallBench(ringTimeout: .seconds(20))
    let invite = try bench.deliver(alice.invite(), from: alice.flow).request(.invite)
    try bench.deliver(bob.respond(180, to: invite), from: bob.flow)
    let sent = bench.advance(to: 20_000)
    #expect(sent.summary == ["CANCEL", "408"])
    try bench.deliver(bob.respond(200, to: sent.request(.cancel)), from: bob.flow)
    #expect(try bench.deliver(bob.respond(487, to: invite), from: bob.flow).summary == ["ACK"])
    bench.expectNothingLeft()
    #expect(bench.records.count == 1)
  }

  @Test("An answer whose ACK never comes is repeated, then the session ends (§13.3.1.4)")
  func lostAck() throws {
    let bench = CallBench()
    let invite = try bench.deliver(alice.invite(), from: alice.flow).request(.invite)
    try bench.deliver(bob.respond(200, to: invite, body: bob.sdp()), from: bob.flow)
    let sent = bench.advance(to: 32_000)
    #expect(sent.summary.filter { $0 == "200" }.count == 10)
    #expect(sent.summary.suffix(2) == ["BYE", "BYE"])
    #expect(bench.records.first?.causeText == "No ACK")
    bench.expectNothingLeft()
    #expect(bench.records.count == 1)
  }

  @Test("A BYE whose ACK was lost ends the repetition of our 2xx")
  func byeWithoutAck() throws {
    let bench = CallBench()
    let invite = try bench.deliver(alice.invite(), from: alice.flow).request(.invite)
    let answer = try bench.deliver(bob.respond(200, to: invite, body: bob.sdp()), from: bob.flow)
      .response(200)
    let bye = try bench.deliver(alice.request(.bye, cSeq: 2, dialog: answer), from: alice.flow)
    #expect(bye.summary == ["200 BYE", "BYE"])
    #expect(!bench.advance(to: 20_000).summary.contains("200"))
    bench.expectNothingLeft()
    #expect(bench.records.count == 1)
  }

  @Test("A repeated 2xx from the phone gets our ACK again (§13.2.2.4)")
  func repeatedAnswer() throws {
    let bench = CallBench()
    let (toBob, _) = try connected(bench)
    let again = try bench.deliver(bob.respond(200, to: toBob, body: bob.sdp()), from: bob.flow)
    #expect(again.summary == ["ACK"])
    bench.take(.hangUp(reason: "test"), for: try #require(bench.onlyCall).id)
    bench.expectNothingLeft()
  }

  @Test("A second phone behind a forking proxy that also answers gets ACK and BYE")
  func strayAnswer() throws {
    let bench = CallBench()
    let (toBob, toAlice) = try connected(bench)
    let stray = try bench.deliver(
      bob.respond(200, to: toBob, tag: "other", body: bob.sdp()), from: bob.flow)
    #expect(stray.summary == ["ACK", "BYE"])
    #expect(stray.allSatisfy { $0.message.toTag == "other" })
    #expect(
      try bench.deliver(bob.respond(200, to: stray.request(.bye), tag: nil), from: bob.flow).isEmpty
    )
    // The call itself goes on.
    let bye = try bench.deliver(alice.request(.bye, cSeq: 2, dialog: toAlice), from: alice.flow)
    #expect(try bye.request(.bye).toTag == "fb")
    bench.expectNothingLeft()
  }

  @Test(
    "A retransmitted INVITE opens no second call; the same by another path is merged (§8.2.2.2)")
  func retransmission() throws {
    let bench = CallBench()
    try bench.deliver(alice.invite(), from: alice.flow)
    #expect(try bench.deliver(alice.invite(), from: alice.flow).summary == ["100"])
    #expect(bench.switchboard.count == 1)
    let other = try SIPMessage(alice.invite(branch: "z9hG4bKother"))
    #expect(bench.switchboard.match(other) == .merged)
  }

  @Test("Our own INVITE coming back is a loop")
  func loop() throws {
    let bench = CallBench()
    let invite = try bench.deliver(alice.invite(), from: alice.flow).request(.invite)
    #expect(bench.switchboard.match(invite) == .loop)
  }

  @Test("No ports left: the call is refused, and nothing stays bound")
  func noPorts() throws {
    let bench = CallBench(ports: 1)
    #expect(try bench.deliver(alice.invite(), from: alice.flow).summary == ["100", "503"])
    bench.expectNothingLeft()
  }

  @Test("With media bypassed no port is taken and the descriptions pass as they are")
  func bypassed() throws {
    let bench = CallBench(anchoring: .never)
    let invite = try bench.deliver(alice.invite(), from: alice.flow).request(.invite)
    #expect(Array(invite.body) == alice.sdp())
    #expect(bench.pool.taken.isEmpty)
    let answer = try bench.deliver(bob.respond(200, to: invite, body: bob.sdp()), from: bob.flow)
    #expect(Array(try answer.response(200).body) == bob.sdp())
  }

  @Test(
    "With anchor: nat only a call with a party behind a NAT is anchored", arguments: [true, false])
  func anchoredForNAT(isBehindNAT: Bool) throws {
    let bench = CallBench(anchoring: .nat) { _ in
      .targets([
        [
          CallTarget(
            uri: "sip:bob@192.0.2.10", flow: CallBench.phone(0), party: "bob@example.test",
            isBehindNAT: isBehindNAT)
        ]
      ])
    }
    try bench.deliver(alice.invite(), from: alice.flow)
    #expect(bench.pool.taken.count == (isBehindNAT ? 2 : 0))
    // A caller whose description names another address than its packets come from.
    let hidden = CallBench(anchoring: .nat)
    let offer = Array(
      String(decoding: alice.sdp(), as: UTF8.self).replacing("192.0.2.1", with: "10.1.1.1").utf8)
    try hidden.deliver(alice.invite(offer: offer), from: alice.flow)
    #expect(hidden.pool.taken.count == 2)
  }

  @Test("An INVITE without an offer: the callee offers, the caller answers in its ACK")
  func lateOffer() throws {
    let bench = CallBench()
    let invite = try bench.deliver(alice.invite(withOffer: false), from: alice.flow)
      .request(.invite)
    #expect(invite.body.isEmpty)
    let sent = try bench.deliver(bob.respond(200, to: invite, body: bob.sdp()), from: bob.flow)
    #expect(sent.summary == ["200"], "the ACK waits for the caller's answer")
    let toAlice = try sent.response(200)
    #expect(!toAlice.body.isEmpty)
    let ack = try bench.deliver(
      alice.request(.ack, cSeq: 1, dialog: toAlice, body: alice.sdp()), from: alice.flow)
    #expect(ack.summary == ["ACK"])
    #expect(!(try ack.request(.ack).body.isEmpty))
    #expect(bench.plans.count == 1)
    bench.take(.hangUp(reason: "test"), for: try #require(bench.onlyCall).id)
    bench.expectNothingLeft()
  }

  @Test("Silence in the media ends the call, by the system")
  func mediaInactive() throws {
    let bench = CallBench()
    _ = try connected(bench)
    let call = try #require(bench.onlyCall)
    #expect(bench.take(.mediaInactive, for: call.id).summary == ["BYE", "BYE"])
    #expect(bench.records.first?.releasedBy == .system)
    bench.expectNothingLeft()
  }

  @Test("The record waits for the media's count")
  func recordWaits() throws {
    let bench = CallBench()
    bench.answersMedia = false
    let (_, toAlice) = try connected(bench)
    let call = try #require(bench.onlyCall)
    try bench.deliver(alice.request(.bye, cSeq: 2, dialog: toAlice), from: alice.flow)
    #expect(bench.records.isEmpty)
    let quality = MediaQuality(packets: 7)
    _ = bench.take(
      .mediaReport(MediaReport(stream: 0, fromCaller: quality, fromCallee: quality)), for: call.id)
    #expect(bench.records.first?.fromCallee.packets == 7)
    bench.expectNothingLeft()
    #expect(bench.records.count == 1)
  }

  @Test("The echo test answers by itself and sends back what it hears")
  func echo() throws {
    let bench = CallBench { _ in .echo }
    let sent = try bench.deliver(alice.invite(), from: alice.flow)
    #expect(sent.summary == ["100", "200"])
    #expect(bench.echoes.first?.first?.callee == nil)
    let answer = try sent.response(200)
    try bench.deliver(alice.request(.ack, cSeq: 1, dialog: answer), from: alice.flow)
    let hold = try bench.deliver(
      alice.request(.invite, cSeq: 2, dialog: answer, body: alice.sdp("sendonly", version: 2)),
      from: alice.flow)
    #expect(hold.summary == ["100", "200"])
    try bench.deliver(
      alice.request(.ack, cSeq: 2, dialog: try hold.response(200)), from: alice.flow)
    let bye = try bench.deliver(alice.request(.bye, cSeq: 3, dialog: answer), from: alice.flow)
    #expect(bye.summary == ["200 BYE"])
    #expect(bench.records.first?.calleeUser == "echo")
    bench.expectNothingLeft()
  }
}
