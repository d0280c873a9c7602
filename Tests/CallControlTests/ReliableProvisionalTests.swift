import CallControl
import SIP
import Testing

@Suite("Reliable provisional responses to the caller (RFC 3262 §3)")
struct ReliableProvisionalTests {
  let alice = TestParty.alice
  let bob = TestParty.bob()
  let bench = CallBench()

  private func dial(
    _ name: HeaderName = .supported, withOffer: Bool = true
  ) throws -> SIPMessage {
    try bench.deliver(
      alice.invite(headers: [(name, "100rel")], withOffer: withOffer), from: alice.flow
    ).request(.invite)
  }

  private func prack(
    _ response: SIPMessage, cSeq: Int = 2, number: UInt32? = nil, branch: String = "z9hG4bKp",
    body: [UInt8] = []
  ) throws -> [UInt8] {
    let rSeq = try #require(response.rSeq)
    return alice.request(
      .prack, cSeq: cSeq, dialog: response, branch: branch, body: body,
      headers: [(.rAck, "\(number ?? rSeq) 1 INVITE")])
  }

  private func finish(sourceLocation: SourceLocation = #_sourceLocation) throws {
    bench.take(.hangUp(reason: "test"), for: try #require(bench.onlyCall).id)
    bench.expectNothingLeft(sourceLocation: sourceLocation)
  }

  @Test("A caller that supports it gets what has a description reliably, and a plain 180 plainly")
  func supported() throws {
    let invite = try dial()
    #expect(invite.lists("100rel", in: .supported))
    #expect(!invite.contains(.require))
    let ringing = try bench.deliver(bob.respond(180, to: invite), from: bob.flow).response(180)
    #expect(ringing.rSeq == nil && !ringing.contains(.require))
    let progress = try bench.deliver(
      bob.respond(183, to: invite, body: bob.sdp()), from: bob.flow
    ).response(183)
    #expect(progress.lists("100rel", in: .require))
    #expect(progress.toTag != nil && progress.contains(.contact))
    let sent = try bench.deliver(prack(progress), from: alice.flow)
    #expect(sent.summary == ["200 PRACK"])
    #expect(bench.advance(to: 40_000).isEmpty, "acknowledged, it is not repeated")
    try finish()
  }

  @Test("A caller that requires it gets each one reliably, in order, one at a time")
  func required() throws {
    let invite = try dial(.require)
    let first = try bench.deliver(bob.respond(180, to: invite), from: bob.flow).response(180)
    #expect(first.rSeq.map { 1...0x7FFF_FFFF ~= $0 } == true)
    let second = try bench.deliver(
      bob.respond(183, to: invite, body: bob.sdp()), from: bob.flow)
    #expect(second.isEmpty, "not before the first is acknowledged")
    let sent = try bench.deliver(prack(first), from: alice.flow)
    #expect(sent.summary == ["200 PRACK", "183"])
    let next = try sent.response(183)
    #expect(next.rSeq == first.rSeq.map { $0 + 1 })
    #expect(try bench.deliver(prack(next, cSeq: 3), from: alice.flow).summary == ["200 PRACK"])
    try finish()
  }

  @Test("What nobody acknowledges is repeated at T1, doubling without a cap, and ends in a 504")
  func unacknowledged() throws {
    let invite = try dial(.require)
    try bench.deliver(bob.respond(180, to: invite), from: bob.flow)
    var times: [Int64] = []
    var ended: Int64?
    for time in stride(from: Int64(100), through: 33_000, by: 100) {
      let sent = bench.advance(to: time)
      if sent.summary.contains("180") { times.append(time) }
      if sent.summary.contains("504"), ended == nil {
        ended = time
        #expect(sent.summary.contains("CANCEL"), "the phone is told")
      }
    }
    #expect(ended == 32_000)
    #expect(times == [500, 1500, 3500, 7500, 15_500, 31_500])
    #expect(bench.records.first?.cause == 504)
    bench.expectNothingLeft()
  }

  @Test("A PRACK for what is not under way gets 481; the same PRACK again its 200 again")
  func unknown() throws {
    let invite = try dial(.require)
    let ringing = try bench.deliver(bob.respond(180, to: invite), from: bob.flow).response(180)
    let wrong = try prack(ringing, number: (ringing.rSeq ?? 0) + 1, branch: "z9hG4bKw")
    #expect(try bench.deliver(wrong, from: alice.flow).summary == ["481 PRACK"])
    let right = try prack(ringing, cSeq: 3)
    #expect(try bench.deliver(right, from: alice.flow).summary == ["200 PRACK"])
    #expect(try bench.deliver(right, from: alice.flow).summary == ["200 PRACK"])
    let late = try prack(ringing, cSeq: 4, branch: "z9hG4bKlate")
    #expect(try bench.deliver(late, from: alice.flow).summary == ["481 PRACK"])
    try finish()
  }

  @Test(
    "RAck must be well formed and name an INVITE", arguments: ["", "1", "x 1 INVITE", "1 1 BYE"])
  func malformed(_ rAck: String) throws {
    let invite = try dial(.require)
    let ringing = try bench.deliver(bob.respond(180, to: invite), from: bob.flow).response(180)
    let prack = alice.request(.prack, cSeq: 2, dialog: ringing, headers: [(.rAck, rAck)])
    #expect(try bench.deliver(prack, from: alice.flow).summary == ["481 PRACK"])
    try finish()
  }

  @Test("A 2xx waits for the PRACK of a description, and repeats no answer that has arrived")
  func heldAnswer() throws {
    let invite = try dial()
    let progress = try bench.deliver(
      bob.respond(
        183, to: invite, body: bob.sdp(), headers: [(.require, "100rel"), (.rSeq, "1")]),
      from: bob.flow)
    #expect(progress.summary == ["PRACK", "183"])
    let early = try progress.response(183)
    let answer = try bench.deliver(bob.respond(200, to: invite), from: bob.flow)
    #expect(answer.summary == ["ACK"], "the 2xx may not leave (§5)")
    let sent = try bench.deliver(prack(early), from: alice.flow)
    #expect(sent.summary == ["200 PRACK", "200"])
    let ok = try sent.response(200)
    try bench.deliver(alice.request(.ack, cSeq: 1, dialog: ok), from: alice.flow)
    #expect(bench.onlyCall?.caller.stage == .confirmed)
    let bye = try bench.deliver(alice.request(.bye, cSeq: 3, dialog: ok), from: alice.flow)
    #expect(bye.summary == ["200 BYE", "BYE"])
    bench.expectNothingLeft()
  }

  @Test("A CANCEL, a BYE or silence while the 2xx waits end the call for both", arguments: 0..<3)
  func endedWhileHeld(_ way: Int) throws {
    let invite = try dial()
    let early = try bench.deliver(
      bob.respond(
        183, to: invite, body: bob.sdp(), headers: [(.require, "100rel"), (.rSeq, "1")]),
      from: bob.flow
    ).response(183)
    try bench.deliver(bob.respond(200, to: invite), from: bob.flow)
    switch way {
    case 0:
      let opening = alice.invite(headers: [(.supported, "100rel")])
      let sent = try bench.deliver(alice.hopByHop(.cancel, of: opening), from: alice.flow)
      #expect(sent.summary == ["200 CANCEL", "487", "BYE"])
      let late = try bench.deliver(prack(early), from: alice.flow)
      #expect(late.summary == ["200 PRACK"], "§3: one may come after the final response")
    case 1:
      let sent = try bench.deliver(
        bob.request(.bye, cSeq: 1, answering: invite, tag: "fb"), from: bob.flow)
      #expect(sent.summary == ["200 BYE", "480"])
    default:
      #expect(bench.advance(to: 33_000).summary.contains("504"))
    }
    bench.expectNothingLeft()
    #expect(bench.records.count == 1)
  }

  @Test("A restart sends what may not have left again, and goes on counting")
  func restart() throws {
    let invite = try dial(.require)
    let ringing = try bench.deliver(bob.respond(180, to: invite), from: bob.flow).response(180)
    let id = try #require(bench.onlyCall).id
    let again = bench.take(.recovered(lastHeard: bench.now.wall), for: id)
    #expect(try again.response(180).rSeq == ringing.rSeq)
    try bench.deliver(prack(ringing), from: alice.flow)
    let next = try bench.deliver(
      bob.respond(183, to: invite, body: bob.sdp()), from: bob.flow
    ).response(183)
    #expect(next.rSeq == ringing.rSeq.map { $0 + 1 })
    try finish()
  }
}

@Suite("Reliable provisional responses of the phones (RFC 3262 §4, §5)")
struct PhoneReliabilityTests {
  let alice = TestParty.alice
  let bob = TestParty.bob()
  let bench = CallBench()

  private func reliable(
    _ status: Int, _ number: String, to invite: SIPMessage, tag: String = "fb", body: [UInt8] = []
  ) -> [UInt8] {
    bob.respond(
      status, to: invite, tag: tag, body: body, headers: [(.require, "100rel"), (.rSeq, number)])
  }

  @Test("Each is acknowledged once, in order: not one that repeats, and none across a gap")
  func order() throws {
    let invite = try bench.deliver(alice.invite(), from: alice.flow).request(.invite)
    let first = try bench.deliver(reliable(180, "7", to: invite), from: bob.flow)
    #expect(first.summary == ["PRACK", "180"])
    let prack = try first.request(.prack)
    #expect(prack.rAck == RAck(7, of: CSeq(1, .invite)))
    #expect(prack.cSeq?.number == 2 && prack.toTag == "fb")
    try bench.deliver(bob.respond(200, to: prack, tag: nil), from: bob.flow)
    #expect(try bench.deliver(reliable(180, "7", to: invite), from: bob.flow).isEmpty)
    #expect(try bench.deliver(reliable(183, "9", to: invite), from: bob.flow).isEmpty)
    let next = try bench.deliver(reliable(183, "8", to: invite, body: bob.sdp()), from: bob.flow)
    #expect(try next.request(.prack).cSeq?.number == 3)
    #expect(try next.response(183).rSeq == nil, "the caller has not said that it knows how")
    let answer = try bench.deliver(bob.respond(200, to: invite), from: bob.flow)
    #expect(answer.summary == ["ACK", "200"])
    #expect(try answer.request(.ack).cSeq?.number == 1)
    #expect(!(try answer.response(200).body.isEmpty), "the caller had no answer reliably")
    bench.take(.hangUp(reason: "test"), for: try #require(bench.onlyCall).id)
    try bench.deliver(
      alice.request(.ack, cSeq: 1, dialog: answer.response(200)), from: alice.flow)
    bench.expectNothingLeft()
  }

  @Test("A number that is none, or the largest, traps nothing", arguments: ["", "0", "4294967296"])
  func numbers(_ number: String) throws {
    let invite = try bench.deliver(alice.invite(), from: alice.flow).request(.invite)
    #expect(try bench.deliver(reliable(180, number, to: invite), from: bob.flow).isEmpty)
    let last = try bench.deliver(reliable(180, "4294967295", to: invite), from: bob.flow)
    #expect(last.summary == ["PRACK", "180"])
    #expect(try bench.deliver(reliable(180, "1", to: invite), from: bob.flow).isEmpty)
    bench.take(.hangUp(reason: "test"), for: try #require(bench.onlyCall).id)
    bench.expectNothingLeft()
  }

  @Test("A flood of them is bounded, before the answer and after, and the call goes on")
  func flood() throws {
    let invite = try bench.deliver(alice.invite(), from: alice.flow).request(.invite)
    var pracks = 0
    for number in 1...100 {
      let sent = try bench.deliver(reliable(180, "\(number)", to: invite), from: bob.flow)
      pracks += sent.summary.count { $0 == "PRACK" }
    }
    #expect(pracks == 23, "one transaction of the leg is the INVITE")
    let answer = try bench.deliver(bob.respond(200, to: invite, body: bob.sdp()), from: bob.flow)
    #expect(answer.summary == ["ACK", "200"])
    let late = try bench.deliver(reliable(180, "1", to: invite, tag: "other"), from: bob.flow)
    #expect(late.isEmpty)
    bench.take(.hangUp(reason: "test"), for: try #require(bench.onlyCall).id)
    try bench.deliver(
      alice.request(.ack, cSeq: 1, dialog: answer.response(200)), from: alice.flow)
    bench.expectNothingLeft()
  }

  @Test("A phone behind a forking proxy is acknowledged in its own early dialog")
  func forked() throws {
    let invite = try bench.deliver(alice.invite(), from: alice.flow).request(.invite)
    try bench.deliver(reliable(180, "1", to: invite, tag: "one"), from: bob.flow)
    let sent = try bench.deliver(reliable(180, "500", to: invite, tag: "two"), from: bob.flow)
    let prack = try sent.request(.prack)
    #expect(prack.toTag == "two" && prack.rAck?.response == 500)
    bench.take(.hangUp(reason: "test"), for: try #require(bench.onlyCall).id)
    bench.expectNothingLeft()
  }

  @Test("What one fork agreed on is not what another answers")
  func otherForkAnswers() throws {
    let invite = try bench.deliver(alice.invite(), from: alice.flow).request(.invite)
    try bench.deliver(reliable(183, "1", to: invite, tag: "one", body: bob.sdp()), from: bob.flow)
    var other = bob
    other.media = 45_000
    let answer = try bench.deliver(
      other.respond(200, to: invite, tag: "two", body: other.sdp()), from: bob.flow)
    #expect(answer.summary == ["ACK", "200"])
    #expect(bench.plans.last?.first?.callee?.remote?.rtp?.port == 45_000)
    bench.take(.hangUp(reason: "test"), for: try #require(bench.onlyCall).id)
    try bench.deliver(
      alice.request(.ack, cSeq: 1, dialog: answer.response(200)), from: alice.flow)
    bench.expectNothingLeft()
  }

  @Test("A late offer: in the 18x, its answer in the PRACK, and nothing of it in the 2xx")
  func lateOffer() throws {
    let invite = try bench.deliver(
      alice.invite(headers: [(.supported, "100rel")], withOffer: false), from: alice.flow
    ).request(.invite)
    #expect(invite.lists("100rel", in: .supported))
    let progress = try bench.deliver(
      reliable(183, "1", to: invite, body: bob.sdp()), from: bob.flow)
    #expect(progress.summary == ["183"], "our PRACK needs the caller's answer")
    let early = try progress.response(183)
    let prack = alice.request(
      .prack, cSeq: 2, dialog: early, body: alice.sdp(),
      headers: [(.rAck, "\(early.rSeq ?? 0) 1 INVITE")])
    let passed = try bench.deliver(prack, from: alice.flow)
    #expect(passed.summary == ["200 PRACK", "PRACK"])
    #expect(String(decoding: try passed.request(.prack).body, as: UTF8.self).contains("m=audio 2"))
    #expect(bench.plans.count == 1, "early media flows")
    let answer = try bench.deliver(bob.respond(200, to: invite), from: bob.flow)
    #expect(answer.summary == ["ACK", "200"])
    #expect(try answer.response(200).body.isEmpty)
    try bench.deliver(
      alice.request(.ack, cSeq: 1, dialog: answer.response(200)), from: alice.flow)
    #expect(bench.onlyCall?.caller.stage == .confirmed)
    bench.take(.hangUp(reason: "test"), for: try #require(bench.onlyCall).id)
    bench.expectNothingLeft()
  }

  @Test("A caller that cannot answer in a PRACK is not offered anything there")
  func lateOfferUnsupported() throws {
    let invite = try bench.deliver(alice.invite(withOffer: false), from: alice.flow)
      .request(.invite)
    #expect(!invite.lists("100rel", in: .supported))
    bench.take(.hangUp(reason: "test"), for: try #require(bench.onlyCall).id)
    bench.expectNothingLeft()
  }

  @Test("No answer in the PRACK to a late offer ends the call")
  func lateOfferUnanswered() throws {
    let invite = try bench.deliver(
      alice.invite(headers: [(.supported, "100rel")], withOffer: false), from: alice.flow
    ).request(.invite)
    let early = try bench.deliver(reliable(183, "1", to: invite, body: bob.sdp()), from: bob.flow)
      .response(183)
    let sent = try bench.deliver(
      alice.request(
        .prack, cSeq: 2, dialog: early, headers: [(.rAck, "\(early.rSeq ?? 0) 1 INVITE")]),
      from: alice.flow)
    #expect(sent.summary == ["200 PRACK", "CANCEL", "488"])
    bench.expectNothingLeft()
  }
}
