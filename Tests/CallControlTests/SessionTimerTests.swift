import CallControl
import SIP
import Testing

@Suite("Session timers (RFC 4028)")
struct SessionTimerTests {
  let alice = TestParty.alice
  let bob = TestParty.bob()
  let bench = CallBench(sessionTimers: SessionTimerPolicy(expires: 1800, minimum: 90))

  private func connect(
    caller: [(HeaderName, String)] = [], callee: [(HeaderName, String)] = []
  ) throws -> (toBob: SIPMessage, toAlice: SIPMessage) {
    let toBob = try bench.deliver(alice.invite(headers: caller), from: alice.flow)
      .request(.invite)
    let toAlice = try bench.deliver(
      bob.respond(200, to: toBob, body: bob.sdp(), headers: callee), from: bob.flow
    ).response(200)
    try bench.deliver(alice.request(.ack, cSeq: 1, dialog: toAlice), from: alice.flow)
    return (toBob, toAlice)
  }

  private func finish(sourceLocation: SourceLocation = #_sourceLocation) throws {
    bench.take(.hangUp(reason: "test"), for: try #require(bench.onlyCall).id)
    bench.expectNothingLeft(sourceLocation: sourceLocation)
  }

  /// Table 2 of §9, and the reduction of §9.
  @Test(
    "What the caller asks for and what it gets",
    arguments: [
      ("", "", "", nil), ("timer", "", "", "1800;refresher=uac"),
      ("timer", "600", "", "600;refresher=uac"),
      ("timer", "600;refresher=uas", "", "600;refresher=uas"),
      ("timer", "600;refresher=uac", "", "600;refresher=uac"), ("", "600", "", "600;refresher=uas"),
      ("timer", "7200", "", "1800;refresher=uac"), ("timer", "7200", "3600", "3600;refresher=uac"),
      ("timer", "", "3600", "3600;refresher=uac"), ("", "30", "", nil),
      ("timer", "90000000000", "", "1800;refresher=uac"),
    ] as [(String, String, String, String?)])
  func granted(_ supported: String, _ expires: String, _ least: String, _ granted: String?) throws {
    var headers: [(HeaderName, String)] = []
    if !supported.isEmpty { headers.append((.supported, supported)) }
    if !expires.isEmpty { headers.append((.sessionExpires, expires)) }
    if !least.isEmpty { headers.append((.minSE, least)) }
    let (_, toAlice) = try connect(caller: headers)
    #expect(toAlice.firstValue(.sessionExpires) == granted)
    #expect(toAlice.lists("timer", in: .require) == (granted != nil && !supported.isEmpty))
    try finish()
  }

  @Test("Too short an interval gets 422 with what is the least, before any phone rings")
  func tooShort() throws {
    let sent = try bench.deliver(
      alice.invite(headers: [(.supported, "timer"), (.sessionExpires, "60")]), from: alice.flow)
    #expect(sent.summary == ["100", "422"])
    #expect(try sent.response(422).minSE == 90)
    try bench.deliver(
      alice.hopByHop(.ack, of: alice.invite(), to: sent.response(422).firstValue(.to)),
      from: alice.flow)
    bench.expectNothingLeft()
  }

  @Test("A phone's 422 is answered with a longer interval, once for each that it names")
  func raised() throws {
    let first = try bench.deliver(alice.invite(), from: alice.flow).request(.invite)
    #expect(first.sessionExpires == SessionExpires(1800))
    #expect(first.lists("timer", in: .supported))
    try bench.deliver(bob.respond(180, to: first), from: bob.flow)
    let retried = try bench.deliver(
      bob.respond(422, to: first, headers: [(.minSE, "3600")]), from: bob.flow)
    #expect(retried.summary == ["ACK", "INVITE"])
    let second = try retried.request(.invite)
    #expect(second.cSeq?.number == 2 && second.callID == first.callID && second.toTag == nil)
    #expect(second.sessionExpires?.interval == 3600 && second.minSE == 3600)
    #expect(Array(second.body) == Array(first.body))
    let answer = try bench.deliver(
      bob.respond(200, to: second, tag: "new", body: bob.sdp()), from: bob.flow)
    #expect(answer.summary == ["ACK", "200"])
    #expect(try answer.request(.ack).cSeq?.number == 2)
    try bench.deliver(
      alice.request(.ack, cSeq: 1, dialog: answer.response(200)), from: alice.flow)
    try finish()
  }

  @Test(
    "A 422 that asks for nothing longer, or for ever, is a failure like others",
    arguments: ["90", "4294967295"])
  func senseless(_ least: String) throws {
    let invite = try bench.deliver(alice.invite(), from: alice.flow).request(.invite)
    let sent = try bench.deliver(
      bob.respond(422, to: invite, headers: [(.minSE, least)]), from: bob.flow)
    #expect(!sent.summary.contains("INVITE"))
    bench.expectNothingLeft()
  }

  @Test("We refresh at half the time, by UPDATE where it is taken, and the timer starts anew")
  func refreshedByUpdate() throws {
    let (_, _) = try connect(
      callee: [
        (.allow, "INVITE, UPDATE"), (.require, "timer"), (.sessionExpires, "100;refresher=uac"),
      ])
    #expect(bench.advance(to: 49_900).isEmpty)
    let update = try bench.advance(to: 50_000).request(.update)
    #expect(update.body.isEmpty && update.contains(.contact))
    #expect(update.sessionExpires == SessionExpires(100, refresher: .uac))
    #expect(update.lists("timer", in: .supported))
    try bench.deliver(
      bob.respond(
        200, to: update, tag: nil,
        headers: [(.require, "timer"), (.sessionExpires, "100;refresher=uac")]), from: bob.flow)
    #expect(bench.advance(to: 99_900).isEmpty)
    #expect(bench.advance(to: 100_000).summary == ["UPDATE"])
    try finish()
  }

  @Test("Else by a re-INVITE with the description that it has")
  func refreshedByInvite() throws {
    let (toBob, _) = try connect(callee: [
      (.require, "timer"), (.sessionExpires, "100;refresher=uac"),
    ])
    let refresh = try bench.advance(to: 50_000).request(.invite)
    #expect(Array(refresh.body) == Array(toBob.body), "nothing has changed (§7.4)")
    let sent = try bench.deliver(
      bob.respond(
        200, to: refresh, tag: nil, body: bob.sdp(),
        headers: [(.require, "timer"), (.sessionExpires, "100;refresher=uas")]), from: bob.flow)
    #expect(sent.summary == ["ACK"])
    // Now it is the phone's turn: 100 s, less a third of them, at most 32 s.
    #expect(bench.advance(to: 117_900).isEmpty)
    #expect(bench.advance(to: 118_100).summary.filter { $0 == "BYE" }.count == 2)
    #expect(bench.records.first?.causeText == "Session Expired")
    bench.expectNothingLeft()
  }

  @Test("A party that knows no timers is refreshed by us")
  func unknownToPhone() throws {
    _ = try connect()
    let sent = bench.advance(to: 900_000)
    #expect(sent.summary == ["INVITE"])
    #expect(try sent.request(.invite).sessionExpires?.refresher == .uac)
    try finish()
  }

  @Test("A caller that has promised to refresh and does not is in the call no more")
  func expired() throws {
    _ = try connect(
      caller: [(.supported, "timer"), (.sessionExpires, "90;refresher=uac")],
      callee: [(.require, "timer"), (.sessionExpires, "1800;refresher=uas")])
    let quality = MediaQuality(packets: 10, octets: 100, lost: 0, jitter: 0)
    bench.time = 20_000
    bench.take(
      .mediaProgress(
        MediaReport(stream: 0, fromCaller: quality, fromCallee: quality),
        lastPacket: bench.now.wall), for: try #require(bench.onlyCall).id)
    #expect(bench.advance(to: 59_900).isEmpty)
    #expect(bench.advance(to: 60_000).summary == ["BYE", "BYE"])
    let record = try #require(bench.records.first)
    #expect(record.cause == 408 && record.duration == 20_000, "it ended when media was last heard")
    #expect(record.note?.contains("refresh") == true)
    bench.expectNothingLeft()
  }

  @Test("Its refresh, by UPDATE or re-INVITE, keeps the call", arguments: [true, false])
  func kept(byUpdate: Bool) throws {
    let (_, toAlice) = try connect(
      caller: [(.supported, "timer"), (.sessionExpires, "90;refresher=uac")],
      callee: [(.require, "timer"), (.sessionExpires, "1800;refresher=uas")])
    bench.advance(to: 45_000)
    let headers: [(HeaderName, String)] = [
      (.supported, "timer"), (.sessionExpires, "90;refresher=uac"),
    ]
    let method: SIPMethod = byUpdate ? .update : .invite
    let sent = try bench.deliver(
      alice.request(
        method, cSeq: 2, dialog: toAlice, body: byUpdate ? [] : alice.sdp(), headers: headers),
      from: alice.flow)
    if byUpdate {
      #expect(
        try sent.response(200, to: .update).sessionExpires == SessionExpires(90, refresher: .uac))
    } else {
      let answer = try bench.deliver(
        bob.respond(200, to: sent.request(.invite), tag: nil, body: bob.sdp()), from: bob.flow
      ).response(200)
      #expect(answer.sessionExpires == SessionExpires(90, refresher: .uac))
      try bench.deliver(alice.request(.ack, cSeq: 2, dialog: answer), from: alice.flow)
    }
    #expect(bench.advance(to: 104_000).isEmpty)
    #expect(bench.advance(to: 105_100).summary.filter { $0 == "BYE" }.count == 2)
    bench.expectNothingLeft()
  }

  @Test("491 to our refresh: again after the time of RFC 3261 §14.1; 481 ends the call")
  func refused() throws {
    _ = try connect(callee: [(.require, "timer"), (.sessionExpires, "100;refresher=uac")])
    let refresh = try bench.advance(to: 50_000).request(.invite)
    try bench.deliver(bob.respond(491, to: refresh, tag: nil), from: bob.flow)
    // The Call-ID is ours: 2.1 to 4 s.
    #expect(bench.advance(to: 52_000).isEmpty)
    let again = try bench.advance(to: 54_100).request(.invite)
    let gone = try bench.deliver(bob.respond(481, to: again, tag: nil), from: bob.flow)
    #expect(gone.summary == ["ACK", "BYE", "BYE"])
    bench.expectNothingLeft()
  }

  @Test("A phone that turns out not to know UPDATE gets a re-INVITE; one that refuses, its time")
  func fallBack() throws {
    _ = try connect(
      callee: [
        (.allow, "INVITE, UPDATE"), (.require, "timer"), (.sessionExpires, "100;refresher=uac"),
      ])
    let update = try bench.advance(to: 50_000).request(.update)
    try bench.deliver(bob.respond(501, to: update, tag: nil), from: bob.flow)
    let invite = try bench.advance(to: 50_100).request(.invite)
    let sent = try bench.deliver(bob.respond(488, to: invite, tag: nil), from: bob.flow)
    #expect(sent.summary == ["ACK"])
    #expect(bench.advance(to: 99_900).isEmpty, "not again and again (§10)")
    #expect(bench.advance(to: 100_100).summary.filter { $0 == "BYE" }.count == 2)
    bench.expectNothingLeft()
  }

  @Test("The timer survives a restart, and a party gets the time to come back")
  func restart() throws {
    _ = try connect(
      caller: [(.supported, "timer"), (.sessionExpires, "90;refresher=uac")],
      callee: [(.require, "timer"), (.sessionExpires, "1800;refresher=uas")])
    bench.time = 59_000
    bench.take(.recovered(lastHeard: bench.now.wall), for: try #require(bench.onlyCall).id)
    #expect(bench.advance(to: 90_900).summary.isEmpty)
    #expect(bench.advance(to: 91_000).summary == ["BYE", "BYE"])
    bench.expectNothingLeft()
  }

  @Test("Where the node wants none, nothing is said of them")
  func off() throws {
    let bench = CallBench()
    let toBob = try bench.deliver(
      alice.invite(headers: [(.supported, "timer"), (.sessionExpires, "10")]), from: alice.flow
    ).request(.invite)
    #expect(!toBob.contains(.sessionExpires) && !toBob.lists("timer", in: .supported))
    bench.take(.hangUp(reason: "test"), for: try #require(bench.onlyCall).id)
    bench.expectNothingLeft()
  }
}
