import CallControl
import SIP
import Testing

@Suite("Forking to all of a subscriber's phones (RFC 3261 §16.6, §16.7)")
struct ForkingTests {
  let alice = TestParty.alice
  let first = TestParty.bob(0)
  let second = TestParty.bob(1)

  private func forked(_ groups: [[Int]] = [[0, 1]]) -> CallBench {
    CallBench { _ in .targets(groups.map { $0.map(CallBench.target) }) }
  }

  @Test("All ring; the first to answer wins, the others are cancelled")
  func firstAnswerWins() throws {
    let bench = forked()
    let sent = try bench.deliver(alice.invite(), from: alice.flow)
    #expect(sent.summary == ["100", "INVITE", "INVITE"])
    let one = try sent.request(.invite, to: first)
    let two = try sent.request(.invite, to: second)
    #expect(one.callID != two.callID)
    let ringing = try bench.deliver(first.respond(180, to: one), from: first.flow).response(180)
    #expect(
      try bench.deliver(second.respond(180, to: two), from: second.flow).isEmpty,
      "that a second phone rings too is no news")
    let answer = try bench.deliver(
      second.respond(200, to: two, body: second.sdp()), from: second.flow)
    #expect(answer.summary == ["ACK", "200", "CANCEL"])
    #expect(try answer.response(200).toTag == ringing.toTag)
    try bench.deliver(first.respond(487, to: one), from: first.flow)
    let bye = try bench.deliver(
      alice.request(.ack, cSeq: 1, dialog: answer.response(200)), from: alice.flow)
    #expect(bye.isEmpty)
    bench.take(.hangUp(reason: "test"), for: try #require(bench.onlyCall).id)
    let records = bench.records
    #expect(records.map(\.calleeUser) == [1, 0, 1].map { "bob\($0)@example.test" })
    let main = try #require(records.first)
    #expect(records.dropFirst().map(\.id) == ["\(main.id)-1", "\(main.id)-2"])
    #expect(records.dropFirst().allSatisfy { $0.parent == main.id && !$0.billable })
    #expect(records[1].cause == 487 && records[1].causeText == "Answered Elsewhere")
    #expect(records[1].ring != nil && records[1].answer == nil)
    #expect(records[2].answer == main.answer && records[2].duration == main.duration)
    bench.expectNothingLeft()
  }

  @Test("Two answers at once: the second phone gets ACK and BYE")
  func bothAnswer() throws {
    let bench = forked()
    let sent = try bench.deliver(alice.invite(), from: alice.flow)
    let one = try sent.request(.invite, to: first)
    let two = try sent.request(.invite, to: second)
    try bench.deliver(first.respond(180, to: one), from: first.flow)
    try bench.deliver(second.respond(180, to: two), from: second.flow)
    try bench.deliver(first.respond(200, to: one, body: first.sdp()), from: first.flow)
    let late = try bench.deliver(
      second.respond(200, to: two, body: second.sdp()), from: second.flow)
    #expect(late.summary == ["ACK", "BYE"])
    #expect(late.allSatisfy { $0.flow == second.flow })
    #expect(bench.onlyCall?.answerer == .leg(LegID(1)))
    bench.take(.hangUp(reason: "test"), for: try #require(bench.onlyCall).id)
    bench.expectNothingLeft()
    #expect(bench.records.map(\.kind) == ["call", "fork", "fork"])
  }

  @Test(
    "All refuse: the caller hears the best of it", arguments: [(408, 486), (486, 408), (480, 486)])
  func bestFailure(one: Int, two: Int) throws {
    let bench = forked()
    let sent = try bench.deliver(alice.invite(), from: alice.flow)
    let invites = (try sent.request(.invite, to: first), try sent.request(.invite, to: second))
    #expect(
      try bench.deliver(first.respond(one, to: invites.0), from: first.flow).summary == ["ACK"])
    #expect(
      try bench.deliver(second.respond(two, to: invites.1), from: second.flow).summary
        == ["ACK", "486"])
    bench.expectNothingLeft()
  }

  @Test("A 6xx ends the search among its party's phones at once (§16.7 step 5)")
  func globalFailure() throws {
    let bench = CallBench { _ in
      .targets([[.of("bob", 0), .of("bob", 1)], [.of("bob", 2)]])
    }
    let sent = try bench.deliver(alice.invite(), from: alice.flow)
    let one = try sent.request(.invite, to: first)
    let two = try sent.request(.invite, to: second)
    try bench.deliver(second.respond(180, to: two), from: second.flow)
    let declined = try bench.deliver(first.respond(603, to: one), from: first.flow)
    #expect(declined.summary == ["ACK", "CANCEL", "603"])
    bench.expectNothingLeft()
  }

  @Test("A 6xx of one member says nothing of the others of a group")
  func memberDeclines() throws {
    let bench = CallBench { _ in
      .targets([[.of("bob", 0), .of("carol", 1)], [.of("bob", 2), .of("dave", 3)]])
    }
    let sent = try bench.deliver(alice.invite(), from: alice.flow)
    let one = try sent.request(.invite, to: first)
    let two = try sent.request(.invite, to: second)
    #expect(
      try bench.deliver(first.respond(603, to: one), from: first.flow).summary == ["ACK"])
    let next = try bench.deliver(second.respond(486, to: two), from: second.flow)
    #expect(next.summary == ["ACK", "INVITE"], "bob's next phone is not tried, dave's is")
    #expect(next.last?.flow == CallBench.phone(3))
    let end = try bench.deliver(
      TestParty.bob(3).respond(486, to: next.request(.invite)), from: CallBench.phone(3))
    #expect(end.summary == ["ACK", "603"], "the best failure: §16.7 step 6")
    bench.expectNothingLeft()
  }

  @Test("Phones of a lower q-value are tried when those of a higher one have failed")
  func serial() throws {
    let bench = forked([[0], [1]])
    let sent = try bench.deliver(alice.invite(), from: alice.flow)
    #expect(sent.summary == ["100", "INVITE"])
    let next = try bench.deliver(
      first.respond(486, to: sent.request(.invite)), from: first.flow)
    #expect(next.summary == ["ACK", "INVITE"])
    #expect(next.last?.flow == second.flow)
    let answer = try bench.deliver(
      second.respond(200, to: next.request(.invite), body: second.sdp()), from: second.flow)
    #expect(answer.summary == ["ACK", "200"])
    bench.take(.hangUp(reason: "test"), for: try #require(bench.onlyCall).id)
    bench.expectNothingLeft()
  }

  @Test("A group that rings too long gives way to the next")
  func serialTimeout() throws {
    let bench = forked([[0], [1]])
    let invite = try bench.deliver(alice.invite(), from: alice.flow).request(.invite)
    try bench.deliver(first.respond(180, to: invite), from: first.flow)
    let sent = bench.advance(to: 60_000)
    #expect(sent.summary.prefix(2) == ["CANCEL", "INVITE"])
    bench.expectNothingLeft()
  }

  @Test("Early media of the first phone that sends any is heard; the answer takes over")
  func earlyMedia() throws {
    let bench = forked()
    let sent = try bench.deliver(alice.invite(), from: alice.flow)
    let one = try sent.request(.invite, to: first)
    let two = try sent.request(.invite, to: second)
    let early = try bench.deliver(
      first.respond(183, to: one, body: first.sdp()), from: first.flow)
    #expect(early.summary == ["183"])
    #expect(!(try early.response(183).body.isEmpty))
    #expect(bench.plans.count == 1)
    let other = try bench.deliver(
      second.respond(183, to: two, body: second.sdp()), from: second.flow)
    #expect(other.isEmpty)
    #expect(bench.plans.count == 1)
    let answer = try bench.deliver(
      second.respond(200, to: two, body: second.sdp()), from: second.flow
    ).response(200)
    #expect(
      answer.toTag != (try early.response(183).toTag),
      "another description is another dialog (§13.2.1)")
    try bench.deliver(alice.request(.ack, cSeq: 1, dialog: answer), from: alice.flow)
    #expect(bench.plans.count == 2)
    #expect(bench.plans.last?.first?.callee?.remote?.rtp?.port == 41_010)
    bench.take(.hangUp(reason: "test"), for: try #require(bench.onlyCall).id)
    bench.expectNothingLeft()
  }

  @Test("A phone with early media that fails gives the line back")
  func earlyMediaThenFailure() throws {
    let bench = forked([[0], [1]])
    let invite = try bench.deliver(alice.invite(), from: alice.flow).request(.invite)
    try bench.deliver(first.respond(183, to: invite, body: first.sdp()), from: first.flow)
    let next = try bench.deliver(first.respond(480, to: invite), from: first.flow)
    #expect(next.summary == ["ACK", "INVITE"])
    #expect(bench.pool.taken.count == 3, "the ports stay while the stream has them")
    let answer = try bench.deliver(
      second.respond(200, to: next.request(.invite), body: second.sdp()), from: second.flow)
    #expect(answer.summary == ["ACK", "200"])
    #expect(bench.pool.taken.count == 2)
    bench.take(.hangUp(reason: "test"), for: try #require(bench.onlyCall).id)
    bench.expectNothingLeft()
    #expect(bench.records.map(\.kind) == ["call", "fork", "fork"])
  }
}

extension CallTarget {
  fileprivate static func of(_ user: String, _ phone: Int) -> CallTarget {
    let flow = CallBench.phone(phone)
    return CallTarget(
      uri: "sip:\(user)@\(flow.remote)", flow: flow, party: "\(user)@example.test",
      isBehindNAT: false)
  }
}
