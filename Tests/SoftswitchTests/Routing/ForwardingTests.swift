import CallControl
import SIP
import Testing

@testable import Softswitch

@Suite("Calls are sent on where the callee wants them")
struct ForwardingTests {
  private let historyInfo = HeaderName("History-Info")
  private let diversion = HeaderName("Diversion")

  @Test("On busy: 181, and the next phone hears where the call has been (RFC 7044, RFC 5806)")
  func busy() throws {
    let world = try RoutingBench(["bob": .forwarding(busy: "carol")])
    let invite = world.trunk.invite("bob")
    let first = try world.bench.send(invite).request(.invite)
    #expect(!first.message.contains(historyInfo))
    let sent = world["bob"].respond(486, to: first)
    #expect(sent.summary == ["ACK", "181", "INVITE"])
    #expect(world.offered(sent) == ["carol"])
    let offered = try sent.request(.invite)
    #expect(
      offered.message.elements(historyInfo) == [
        "<sip:bob@example.test?Reason=SIP%3Bcause%3D486>;index=1",
        "<sip:carol@example.test>;index=1.1;mp=1",
        "<sip:carol@192.0.2.3:5060>;index=1.1.1;rc=1.1",
      ])
    #expect(
      offered.message.rows(diversion)
        == ["<sip:bob@example.test>;reason=user-busy;counter=1;privacy=off"])
    #expect(offered.message.to?.uri.text == "sip:bob@example.test")
    #expect(world["carol"].respond(180, to: offered).summary == ["180"])
    let answer = try world["carol"].respond(200, to: offered).response(200)
    world.bench.send(invite.inDialog(.ack, of: answer))
    let bye = world.bench.send(invite.inDialog(.bye, of: answer))
    world["carol"].respond(200, to: try bye.request(.bye))
    world.bench.expectNothingLeft()
    let record = try #require(world.bench.world.records.first)
    #expect(record.calleeUser == "carol@example.test")
    #expect(record.note == "forwarded from bob@example.test to sip:carol@example.test (busy)")
  }

  @Test("Always: the subscriber's own phones do not ring")
  func always() throws {
    let world = try RoutingBench(["bob": .forwarding(always: "sip:carol@example.test")])
    let sent = world.bench.send(world.trunk.invite("bob"))
    #expect(sent.summary == ["100", "181", "INVITE"])
    #expect(world.offered(sent) == ["carol"])
    let history = try sent.request(.invite).message.elements(historyInfo)
    #expect(history.first == "<sip:bob@example.test?Reason=SIP%3Bcause%3D302>;index=1")
  }

  @Test("No answer: after the time that is set, though there are phones of a lower q")
  func noAnswer() throws {
    let world = try RoutingBench([
      "bob": .forwarding(noAnswer: "carol", after: .seconds(20))
    ])
    try BenchPhone(world.bench, "bob", password: "secret", at: "192.0.2.22:5060")
      .register(";q=0.5")
    let first = try world.bench.send(world.trunk.invite("bob")).request(.invite)
    let ringing = try world["bob"].respond(180, to: first).response(180)
    #expect(world.bench.advance(by: 19_000).isEmpty)
    let sent = world.bench.advance(by: 1_000)
    #expect(sent.summary == ["CANCEL", "181", "INVITE"])
    #expect(world.offered(sent) == ["carol"])
    world["bob"].respond(487, to: first)
    let offered = try sent.request(.invite)
    let again = try world["carol"].respond(180, to: offered).response(180)
    #expect(again.toTag == ringing.toTag)
    #expect(world["carol"].respond(200, to: offered).summary.sorted() == ["200", "ACK"])
  }

  @Test("Unregistered, or out of reach")
  func unregistered() throws {
    let world = try RoutingBench(
      ["bob": .forwarding(unregistered: "carol"), "carol": .forwarding(unregistered: "dave")],
      phonesOf: ["carol", "dave"])
    let sent = world.bench.send(world.trunk.invite("bob"))
    #expect(world.offered(sent) == ["carol"])
    let failed = world.bench.fail(try #require(try sent.request(.invite).receipt))
    #expect(failed.summary == ["181", "INVITE"])
    #expect(world.offered(failed) == ["dave"])
    let history = try failed.request(.invite).message.elements(historyInfo)
    #expect(
      history == [
        "<sip:bob@example.test?Reason=SIP%3Bcause%3D480>;index=1",
        "<sip:carol@example.test?Reason=SIP%3Bcause%3D480>;index=1.1;mp=1",
        "<sip:dave@example.test>;index=1.2;mp=1.1",
        "<sip:dave@192.0.2.4:5060>;index=1.2.1;rc=1.2",
      ])
  }

  @Test("A refusal that no forwarding is set for is the caller's answer")
  func unmatched() throws {
    let world = try RoutingBench([
      "bob": .forwarding(noAnswer: "carol", unregistered: "carol")
    ])
    let first = try world.bench.send(world.trunk.invite("bob")).request(.invite)
    #expect(world["bob"].respond(486, to: first).summary == ["ACK", "486"])
    world.bench.expectNothingLeft()
  }

  @Test("A loop ends: nobody is tried twice")
  func loop() throws {
    let pure = try RoutingBench([
      "bob": .forwarding(always: "carol"), "carol": .forwarding(always: "bob"),
    ])
    #expect(pure.bench.send(pure.trunk.invite("bob")).summary == ["100", "181", "482"])
    let tried = try RoutingBench([
      "bob": .forwarding(busy: "carol"), "carol": .forwarding(busy: "bob"),
    ])
    let first = try tried.bench.send(tried.trunk.invite("bob")).request(.invite)
    let second = try tried["bob"].respond(486, to: first).request(.invite)
    #expect(
      tried["carol"].respond(600, to: second).summary == ["ACK", "600"],
      "the phone's own word says more")
    tried.bench.expectNothingLeft()
  }

  @Test("A call is sent on five times at most, those before us counted")
  func tooMany() throws {
    let world = try RoutingBench([
      "alice": .forwarding(always: "bob"), "bob": .forwarding(always: "carol"),
    ])
    var invite = world.trunk.invite("alice")
    invite.headers = (1...4).map {
      (diversion, "<sip:\($0)@elsewhere.test>;reason=unconditional")
    }
    #expect(world.bench.send(invite).summary == ["100", "181", "480"])
    #expect(world.bench.world.records.first?.causeText == "Too Many Diversions")
    invite = world.trunk.invite("alice")
    invite.headers = [(diversion, "<sip:1@elsewhere.test>;reason=unconditional")]
    let offered = try world.bench.send(invite).request(.invite)
    #expect(
      offered.message.rows(diversion) == [
        "<sip:bob@example.test>;reason=unconditional;counter=1;privacy=off",
        "<sip:alice@example.test>;reason=unconditional;counter=1;privacy=off",
        "<sip:1@elsewhere.test>;reason=unconditional",
      ])
  }

  @Test("A trusted peer's History-Info is kept and continued; a subscriber's is not believed")
  func incomingHistory() throws {
    let world = try RoutingBench(["bob": .forwarding(always: "carol")])
    let earlier = [
      "<sip:team@elsewhere.test>;index=1", "<sip:bob@example.test>;index=1.1;mp=1",
    ]
    var invite = world.trunk.invite("bob")
    invite.headers = [(historyInfo, earlier.joined(separator: ", "))]
    let offered = try world.bench.send(invite).request(.invite)
    #expect(
      offered.message.elements(historyInfo) == [
        earlier[0], "<sip:bob@example.test?Reason=SIP%3Bcause%3D302>;index=1.1;mp=1",
        "<sip:carol@example.test>;index=1.1.1;mp=1.1",
        "<sip:carol@192.0.2.3:5060>;index=1.1.1.1;rc=1.1.1",
      ])
    var forged = world["alice"].invite("bob")
    forged.headers = [(historyInfo, earlier[0])]
    let sent = try world["alice"].sendWithDigest(forged).sent
    #expect(
      try sent.request(.invite).message.elements(historyInfo).first
        == "<sip:bob@example.test?Reason=SIP%3Bcause%3D302>;index=1")
  }

  @Test("Who asks for privacy leaves no names in the history (RFC 7044 §10.1.2)")
  func privacy() throws {
    let world = try RoutingBench(["bob": .forwarding(always: "carol")])
    var invite = world.trunk.invite("bob")
    invite.headers = [(HeaderName("Privacy"), "id;history")]
    let offered = try world.bench.send(invite).request(.invite).message
    #expect(
      offered.elements(historyInfo).allSatisfy {
        $0.hasPrefix("<sip:anonymous@anonymous.invalid>")
      })
    #expect(
      offered.rows(diversion) == [
        "<sip:anonymous@anonymous.invalid>;reason=unconditional;counter=1;privacy=full"
      ])
  }

  @Test("A phone's 302 is followed within our domains, and by the first contact that leads there")
  func redirection() throws {
    let world = try RoutingBench()
    let first = try world.bench.send(world.trunk.invite("bob")).request(.invite)
    var writer = MessageWriter.response(to: first.message, status: 302, toTag: "t")
    writer.add(
      .contact, "<sip:dave@example.test>;q=0.5, <sip:x@elsewhere.test>, <sip:carol@example.test>")
    let sent = world.bench.deliver(writer.finish(), from: first.flow)
    #expect(sent.summary == ["ACK", "181", "INVITE"])
    #expect(world.offered(sent) == ["carol"])
    let reason = try sent.request(.invite).message.rows(diversion)
    #expect(reason == ["<sip:bob@example.test>;reason=deflection;counter=1;privacy=off"])
  }

  @Test("A phone's 302 to elsewhere is refused", arguments: ["sip:x@elsewhere.test", "tel:+1999"])
  func redirectionElsewhere(_ uri: String) throws {
    let world = try RoutingBench()
    let first = try world.bench.send(world.trunk.invite("bob")).request(.invite)
    var writer = MessageWriter.response(to: first.message, status: 302, toTag: "t")
    writer.add(.contact, "<\(uri)>")
    #expect(world.bench.deliver(writer.finish(), from: first.flow).summary == ["ACK", "480"])
    world.bench.expectNothingLeft()
  }

  @Test("A service can be forwarded to")
  func service() throws {
    let world = try RoutingBench(["bob": .forwarding(always: "*43")])
    #expect(world.bench.send(world.trunk.invite("bob")).summary == ["100", "181", "200"])
  }

  @Test("A caller that takes its call back between two callees is heard")
  func cancelled() throws {
    let world = try RoutingBench(["bob": .forwarding(busy: "carol")])
    let invite = world.trunk.invite("bob")
    let first = try world.bench.send(invite).request(.invite)
    let offered = try world["bob"].respond(486, to: first).request(.invite)
    world["carol"].respond(180, to: offered)
    #expect(
      world.bench.send(invite.hopByHop(.cancel)).summary == ["200 CANCEL", "487", "CANCEL"])
    world["carol"].respond(487, to: offered)
    world.bench.expectNothingLeft()
  }
}
