import CallControl
import SIP
import Testing

@testable import Softswitch

@Suite("What an operator changes")
struct OperatorTests {
  private let bench: ExchangeBench
  private let bob: BenchPhone

  init() throws {
    bench = try ExchangeBench()
    bob = try bench.bob()
  }

  @Test("A call that is hung up ends for both sides, and for no other call")
  func hangUp() throws {
    let trunk = try bench.trunk()
    try bob.register()
    let invite = trunk.invite("bob")
    let offered = try bench.send(invite).request(.invite)
    let answer = try bob.respond(200, to: offered).response(200)
    bench.send(invite.inDialog(.ack, of: answer))
    let call = try #require(bench.exchange.callIDs.first)
    bench.send(trunk.invite("echo"))
    #expect(bench.exchange.callIDs.count == 2)

    #expect(bench.hangUp(call).summary == ["BYE", "BYE"])
    #expect(bench.exchange.call(call)?.release?.by == .system)
    #expect(bench.hangUp(call).isEmpty, "once is enough")
    #expect(bench.exchange.callIDs.count == 2)
  }

  @Test("The caller of a call that is hung up unanswered hears 480, at the end of the node 503")
  func hangUpUnanswered() throws {
    try bob.register()
    let trunk = try bench.trunk()
    bench.send(trunk.invite("bob"))
    let call = try #require(bench.exchange.callIDs.first)
    #expect(bench.hangUp(call).summary.contains("480"))
    bench.send(trunk.invite("bob"))
    #expect(bench.hangUpAll().summary.contains("503"))
  }

  @Test("A call that is over is held, but no longer a call")
  func heldCalls() throws {
    try bob.register()
    let trunk = try bench.trunk()
    #expect(bench.exchange.callTimerCount == 0)
    bench.send(trunk.invite("bob"))
    #expect(bench.exchange.heldCallCount == 1)
    #expect(bench.exchange.callTimerCount > 0)
    bench.hangUp(try #require(bench.exchange.callIDs.first))
    #expect(bench.exchange.heldCallCount == 1)
    bench.advance(by: 100_000)
    #expect(bench.exchange.callCount == 0)
    #expect(bench.exchange.heldCallCount == 0)
  }

  @Test("Presence is what is known: contacts, calls, what phones have published")
  func presence() throws {
    let address = AddressOfRecord(user: "bob", domain: "example.test")
    #expect(
      bench.exchange.presence(of: address, now: bench.now)
        == SubscriberPresence(
          contacts: 0, calls: 0, isOpen: false, activities: [], notes: [], publications: 0))
    try bob.register()
    let trunk = try bench.trunk()
    let invite = trunk.invite("bob")
    let offered = try bench.send(invite).request(.invite)
    #expect(bench.exchange.presence(of: address, now: bench.now)?.activities == [])
    let answer = try bob.respond(200, to: offered).response(200)
    bench.send(invite.inDialog(.ack, of: answer))
    let presence = bench.exchange.presence(of: address, now: bench.now)
    #expect(presence?.contacts == 1)
    #expect(presence?.calls == 1)
    #expect(presence?.isOpen == true)
    #expect(presence?.activities == ["on-the-phone"])
    let nobody = AddressOfRecord(user: "nobody", domain: "example.test")
    #expect(bench.exchange.presence(of: nobody, now: bench.now) == nil)
  }

  @Test("A call of another name is none")
  func unknownCall() throws {
    let call = try #require(CallID("aaaaaaaaaaaaaaa"))
    #expect(bench.exchange.hangUp(call, reason: "x", now: bench.now) == nil)
  }

  @Test("A binding that is taken away gets no calls, and that is on record")
  func removal() throws {
    try bob.register()
    var outcome: BindingRemovalOutcome?
    bench.recordsAtOnce = false
    bench.removeBindings(of: "bob", contact: bob.contact) { outcome = $0 }
    #expect(outcome == nil, "it is not on record yet")
    #expect(bench.exchange.registrationCount == 1)
    try bench.record()
    #expect(outcome == .removed(1))
    #expect(bench.exchange.registrationCount == 0)
    #expect(
      bench.recorded.last
        == .removed(
          AddressOfRecord(user: "bob", domain: "example.test"), BindingKey(contact: bob.contact)))
    #expect(bench.send(try bench.trunk().invite("bob")).summary == ["100", "480"])
  }

  @Test("What cannot be put on record is not taken away")
  func notRecorded() throws {
    try bob.register()
    var outcome: BindingRemovalOutcome?
    bench.recordsAtOnce = false
    bench.removeBindings(of: "bob") { outcome = $0 }
    try bench.record(isOnRecord: false)
    #expect(outcome == .notRecorded)
    #expect(bench.exchange.registrationCount == 1)
  }

  @Test("There is nothing to take from somebody who is not there")
  func nothing() throws {
    var outcome: BindingRemovalOutcome?
    bench.removeBindings(of: "bob") { outcome = $0 }
    #expect(outcome == .removed(0))
    try bob.register()
    bench.removeBindings(of: "bob", contact: "sip:other@192.0.2.9") { outcome = $0 }
    #expect(outcome == .removed(0))
    #expect(bench.exchange.registrationCount == 1)
  }

  @Test("A removal waits for the REGISTER before it, and the next REGISTER for the removal")
  func inOrder() throws {
    bench.recordsAtOnce = false
    _ = try bob.sendWithDigest(bob.registration())
    var outcome: BindingRemovalOutcome?
    bench.removeBindings(of: "bob") { outcome = $0 }
    let tablet = try bench.bob(at: "192.0.2.22:5060")
    #expect(try tablet.sendWithDigest(tablet.registration()).sent.isEmpty)
    #expect(bench.world.unsaved.count == 1, "one change of an address at a time")

    #expect(try bench.record().summary == ["200 REGISTER"])
    #expect(outcome == nil)
    #expect(try bench.record().isEmpty)
    #expect(outcome == .removed(1), "what had been registered by then")
    let answer = try bench.record().response(200)
    #expect(answer.rows(.contact) == ["<\(tablet.contact)>;expires=600"])
  }

  @Test("No more removals wait than the limit allows bindings")
  func busy() throws {
    try bob.register()
    bench.recordsAtOnce = false
    var outcomes: [BindingRemovalOutcome] = []
    for _ in 0..<12 { bench.removeBindings(of: "bob") { outcomes.append($0) } }
    #expect(outcomes == [.busy], "one is on its way, ten wait")
    try bench.record()
    #expect(outcomes.count == 12)
    #expect(outcomes.filter { $0 == .removed(1) }.count == 1)
    #expect(outcomes.filter { $0 == .removed(0) }.count == 10)
  }
}
