import Addressing
import CallControl
import SIP
import Testing

@Suite("The next server of a name (RFC 3263 §4.3)")
struct ServerFailoverTests {
  let alice = TestParty.alice
  let servers = [TestParty.bob(0), TestParty.bob(1), TestParty.bob(2)]

  /// bob is behind a name that has three servers.
  private func bench(_ count: Int = 3) -> CallBench {
    CallBench { _ in
      .targets([
        [
          CallTarget(
            uri: "sip:bob@bob.example.net", flow: CallBench.phone(0), party: "bob@example.test",
            isBehindNAT: false, alternatives: (1..<count).map(CallBench.phone))
        ]
      ])
    }
  }

  private func expectSame(_ first: SIPMessage, _ second: SIPMessage) {
    #expect(second.requestURIText == first.requestURIText)
    #expect(second.callID == first.callID)
    #expect(second.fromTag == first.fromTag)
    #expect(second.cSeq == first.cSeq)
    #expect(Array(second.body) == Array(first.body))
    #expect(second.topVia?.branch != first.topVia?.branch, "a transaction of its own")
  }

  @Test("A silent server gives way to the next, which gets the same INVITE and answers")
  func silence() throws {
    let bench = bench()
    let first = try bench.deliver(alice.invite(), from: alice.flow).request(.invite)
    #expect(bench.advance(to: 3_900).allSatisfy { $0.flow == servers[0].flow })
    let sent = bench.advance(to: 4_100)
    let second = try sent.request(.invite)
    #expect(sent.count == 1 && sent[0].flow == servers[1].flow)
    expectSame(first, second)
    #expect(bench.failures.map(\.flow) == [servers[0].flow])
    let answered = try bench.deliver(
      servers[1].respond(200, to: second, body: servers[1].sdp()), from: servers[1].flow)
    #expect(answered.summary == ["ACK", "200"])
    #expect(answered[0].flow == servers[1].flow)
    bench.take(.hangUp(reason: "test"), for: try #require(bench.onlyCall).id)
    bench.expectNothingLeft()
    #expect(bench.records.map(\.kind) == ["call"], "one phone was tried, at two servers")
  }

  @Test("A 503 gets its ACK, and the next server the INVITE; the pause is noted")
  func unavailable() throws {
    let bench = bench()
    let first = try bench.deliver(alice.invite(), from: alice.flow).request(.invite)
    try bench.deliver(servers[0].respond(100, to: first), from: servers[0].flow)
    let sent = try bench.deliver(
      servers[0].respond(503, to: first, headers: [(.retryAfter, "18 (soon);duration=60")]),
      from: servers[0].flow)
    #expect(sent.summary == ["ACK", "INVITE"])
    #expect(sent.map(\.flow) == [servers[0].flow, servers[1].flow])
    expectSame(first, sent[1].message)
    #expect(bench.failures.map(\.pause) == [.seconds(18)])
    // Its retransmission is absorbed by the transaction that it belongs to.
    let again = try bench.deliver(servers[0].respond(503, to: first), from: servers[0].flow)
    #expect(again.summary == ["ACK"])
    bench.take(.hangUp(reason: "test"), for: try #require(bench.onlyCall).id)
    bench.expectNothingLeft()
  }

  @Test("A transport that says no is not waited for")
  func transport() throws {
    let bench = bench()
    let first = try bench.deliver(alice.invite(), from: alice.flow).request(.invite)
    let call = try #require(bench.onlyCall).id
    let branch = try #require(first.topVia?.branch)
    let sent = bench.take(
      .transportFailed(.inviteClient(branch: branch), leg: LegID(1)), for: call)
    #expect(sent.summary == ["INVITE"])
    #expect(sent[0].flow == servers[1].flow)
    bench.take(.hangUp(reason: "test"), for: call)
    bench.expectNothingLeft()
  }

  @Test(
    "Any other answer is the phone's, and no failure of the server",
    arguments: [404, 408, 480, 486, 487, 500, 504])
  func otherAnswers(status: Int) throws {
    let bench = bench()
    let first = try bench.deliver(alice.invite(), from: alice.flow).request(.invite)
    let sent = try bench.deliver(servers[0].respond(status, to: first), from: servers[0].flow)
    #expect(sent.summary.first == "ACK" && sent.count == 2 && sent.summary[1] != "INVITE")
    #expect(bench.failures.isEmpty)
    bench.expectNothingLeft()
  }

  @Test("A server that has made the phone ring is the one; its 503 ends the attempt")
  func ringing() throws {
    let bench = bench()
    let first = try bench.deliver(alice.invite(), from: alice.flow).request(.invite)
    try bench.deliver(servers[0].respond(180, to: first), from: servers[0].flow)
    let sent = try bench.deliver(servers[0].respond(503, to: first), from: servers[0].flow)
    #expect(sent.summary == ["ACK", "500"])
    bench.expectNothingLeft()
  }

  @Test("A caller that gives up says nothing about the server")
  func cancelled() throws {
    let bench = bench()
    let invite = alice.invite()
    try bench.deliver(invite, from: alice.flow)
    try bench.deliver(alice.hopByHop(.cancel, of: invite), from: alice.flow)
    bench.advance(to: 40_000)
    #expect(bench.failures.isEmpty)
    bench.expectNothingLeft()
  }

  @Test("When all have failed the caller is told; the last one is waited for as long as any")
  func allFail() throws {
    let bench = bench(2)
    try bench.deliver(alice.invite(), from: alice.flow)
    #expect(bench.advance(to: 5_000).contains { $0.flow == servers[1].flow })
    #expect(bench.advance(to: 35_900).allSatisfy { $0.flow == servers[1].flow })
    #expect(bench.advance(to: 36_100).summary == ["408"])
    #expect(bench.failures.map(\.flow) == [servers[0].flow, servers[1].flow])
    bench.expectNothingLeft()
  }

  @Test("A Contact that is a name is looked up, and the next request goes where it leads")
  func contactByName() throws {
    let bench = CallBench()
    let elsewhere = ServerTarget(.udp, IPEndpoint("203.0.113.7:5070")!)
    bench.names = ["pbx.example.net": [elsewhere]]
    let invite = try bench.deliver(alice.invite(), from: alice.flow).request(.invite)
    let bob = TestParty.bob()
    let answer = String(
      decoding: bob.respond(200, to: invite, body: bob.sdp()), as: UTF8.self
    ).replacing(bob.contact, with: "<sip:bob@PBX.example.net:5070>")
    let answered = try bench.deliver(Array(answer.utf8), from: bob.flow).response(200)
    try bench.deliver(alice.request(.ack, cSeq: 1, dialog: answered), from: alice.flow)
    let bye = try bench.deliver(
      alice.request(.bye, cSeq: 2, dialog: answered), from: alice.flow)
    let passed = try #require(bye.first { $0.message.isRequest })
    #expect(passed.flow.remote == elsewhere.endpoint)
    #expect(passed.message.requestURIText == "sip:bob@PBX.example.net:5070")
    bench.expectNothingLeft()
  }

  @Test("A private address behind a name is not believed from elsewhere, as it is not in a URI")
  func privateName() throws {
    let bench = CallBench()
    bench.names = ["phone.lan": [ServerTarget(.udp, IPEndpoint("10.0.0.9:5060")!)]]
    let invite = try bench.deliver(alice.invite(), from: alice.flow).request(.invite)
    let bob = TestParty.bob()
    let answer = String(
      decoding: bob.respond(200, to: invite, body: bob.sdp()), as: UTF8.self
    ).replacing(bob.contact, with: "<sip:bob@phone.lan>")
    try bench.deliver(Array(answer.utf8), from: bob.flow)
    #expect(bench.onlyCall?.leg(LegID(1))?.flow == bob.flow)
    bench.take(.hangUp(reason: "test"), for: try #require(bench.onlyCall).id)
    bench.advance(to: 40_000)
  }
}
