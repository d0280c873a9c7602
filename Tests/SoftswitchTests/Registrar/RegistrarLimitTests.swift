import Machines
import SIP
import Testing

@testable import Softswitch

@Suite("Registrar limits")
struct RegistrarLimitTests {
  @Test("An address-of-record has a limit of bindings, which its refreshes do not meet")
  func perAddress() throws {
    var fixture = RegistrarFixture { $0.maximumBindings = 2 }
    try fixture.register("Contact: <sip:a@192.0.2.4>, <sip:b@192.0.2.4>")
    #expect(try fixture.register("Contact: <sip:c@192.0.2.4>", cseq: 2).status == 403)
    #expect(try fixture.register("Contact: <sip:a@192.0.2.4>", cseq: 2).status == 200)
    let swap = try fixture.register(
      "Contact: <sip:c@192.0.2.4>, <sip:b@192.0.2.4>;expires=0", cseq: 3)
    #expect(swap.status == 200)
    #expect(fixture.contacts() == ["sip:a@192.0.2.4", "sip:c@192.0.2.4"])
    // Expired ones leave their place at once.
    #expect(try fixture.register("Contact: <sip:d@192.0.2.4>", cseq: 4, at: 3600).status == 200)
  }

  @Test("A request has a limit of contacts")
  func perRequest() throws {
    let fixture = RegistrarFixture { $0.maximumBindings = 2 }
    let contacts = (0..<5).map { "<sip:\($0)@192.0.2.4>;expires=0" }.joined(separator: ",")
    #expect(try fixture.decide("Contact: \(contacts)").answer.reason == "Too Many Contacts")
  }

  @Test("All registrations have a limit, past which newcomers are told to come back: 503")
  func total() throws {
    var fixture = RegistrarFixture { $0.maximumRegistrations = 1 }
    try fixture.register("Contact: <sip:a@192.0.2.4>")
    let alice = AddressOfRecord(user: "alice", domain: "example.test")
    let refused = try fixture.decide("Contact: <sip:b@192.0.2.4>", to: alice)
    #expect(
      refused == .reject(RegisterAnswer(503, headers: [HeaderField(.retryAfter, "60")])))
    #expect(try fixture.decide("Contact: <sip:a@192.0.2.4>", cseq: 2).answer.status == 200)
    #expect(try fixture.decide(to: alice).answer.status == 200)
  }

  @Test("What is kept of a request is bounded")
  func fields() throws {
    let fixture = RegistrarFixture { $0.maximumFieldBytes = 40 }
    let long = String(repeating: "x", count: 41)
    #expect(try fixture.decide("Contact: <sip:\(long)@192.0.2.4>").answer.status == 400)
    #expect(try fixture.decide("Contact: <sip:x@192.0.2.4>", callID: long).answer.status == 400)
    var other = RegistrarFixture()
    try other.register(
      "Contact: <sip:x@192.0.2.4>", "User-Agent: \(String(repeating: "é", count: 500))")
    let kept = other.registrar.bindings(for: other.bob, at: RegistrarFixture.now(0).wall)
    #expect(kept.first?.userAgent?.count == 128)
  }
}

@Suite("Expiry")
struct ExpiryTests {
  @Test("An expired binding is gone from look-ups before anybody cleans up")
  func gone() throws {
    var fixture = RegistrarFixture()
    try fixture.register("Contact: <sip:a@192.0.2.4>;expires=60")
    #expect(fixture.contacts(at: 59).count == 1)
    #expect(fixture.contacts(at: 60).isEmpty)
    #expect(fixture.registrar.forks(for: fixture.bob, at: RegistrarFixture.now(60).wall).isEmpty)
    #expect(try fixture.decide(cseq: 2, at: 60).answer.contacts.isEmpty)
    var seen = 0
    fixture.registrar.forEachBinding(at: RegistrarFixture.now(60).wall) { _, _ in seen += 1 }
    #expect(seen == 0)
  }

  @Test("The deadline is the earliest expiry, and its events free the memory")
  func deadline() throws {
    var fixture = RegistrarFixture()
    #expect(fixture.registrar.nextDeadline(now: RegistrarFixture.now(0)) == nil)
    try fixture.register("Contact: <sip:a@192.0.2.4>;expires=600, <sip:b@192.0.2.4>;expires=60")
    let now = RegistrarFixture.now(60)
    #expect(fixture.registrar.nextDeadline(now: RegistrarFixture.now(10)) == now.steady)
    #expect(fixture.registrar.expire(now: RegistrarFixture.now(59)).isEmpty)
    let events = fixture.registrar.expire(now: now)
    #expect(events == [.expired(fixture.bob, BindingKey(contact: "sip:b@192.0.2.4"), at: now.wall)])
    for event in events { fixture.registrar.apply(event) }
    #expect(fixture.registrar.count == 1)
    let last = RegistrarFixture.now(600)
    while let deadline = fixture.registrar.nextDeadline(now: now), deadline <= last.steady {
      let due = Now(steady: deadline, wall: WallTime(nanoseconds: deadline.nanoseconds))
      for event in fixture.registrar.expire(now: due) { fixture.registrar.apply(event) }
    }
    #expect(fixture.registrar.count == 0)
    // The look that would have found an expiry not applied finds nothing, and is the last.
    let minuteLater = RegistrarFixture.now(660)
    #expect(fixture.registrar.expire(now: minuteLater).isEmpty)
    #expect(fixture.registrar.nextDeadline(now: minuteLater) == nil)
  }

  @Test("A binding that was refreshed while its expiry was being recorded stays")
  func refreshedMeanwhile() throws {
    var fixture = RegistrarFixture()
    try fixture.register("Contact: <sip:a@192.0.2.4>;expires=60")
    let events = fixture.registrar.expire(now: RegistrarFixture.now(60))
    try fixture.register("Contact: <sip:a@192.0.2.4>;expires=60", cseq: 2, at: 60)
    for event in events { fixture.registrar.apply(event) }
    #expect(fixture.contacts(at: 100) == ["sip:a@192.0.2.4"])
  }

  @Test("Events that could not be recorded come again a minute later")
  func again() throws {
    var fixture = RegistrarFixture()
    try fixture.register("Contact: <sip:a@192.0.2.4>;expires=60")
    #expect(fixture.registrar.expire(now: RegistrarFixture.now(60)).count == 1)
    #expect(fixture.registrar.expire(now: RegistrarFixture.now(61)).isEmpty)
    #expect(fixture.registrar.expire(now: RegistrarFixture.now(120)).count == 1)
  }

  @Test("Two thousand bindings that expire at once are cleared in bounded steps")
  func steps() throws {
    var fixture = RegistrarFixture()
    for number in 0..<2000 {
      let aor = AddressOfRecord(user: "u\(number)", domain: "example.test")
      fixture.registrar.apply(.bound(aor, try binding(expiresAt: 100)))
    }
    let now = RegistrarFixture.now(100)
    var steps = 0
    while let deadline = fixture.registrar.nextDeadline(now: now), deadline <= now.steady {
      let events = fixture.registrar.expire(now: now, limit: 100)
      #expect(events.count <= 100)
      for event in events { fixture.registrar.apply(event) }
      steps += 1
    }
    #expect(steps >= 20)
    #expect(fixture.registrar.count == 0)
  }

  @Test("Binding and removing in turn leaves nothing behind")
  func churn() throws {
    var fixture = RegistrarFixture()
    for round in 0..<4000 {
      fixture.registrar.apply(.bound(fixture.bob, try binding(expiresAt: 3600 + round)))
      fixture.registrar.apply(.removed(fixture.bob, BindingKey(contact: "sip:a@192.0.2.4")))
    }
    #expect(fixture.registrar.count == 0)
    #expect(fixture.registrar.agendaCount <= 1026)
  }

  private func binding(expiresAt seconds: Int) throws -> Binding {
    Binding(
      contact: "sip:a@192.0.2.4", expiresAt: RegistrarFixture.now(seconds).wall, callID: "c",
      cseq: 1, flow: try RegistrarFixture.flow(), registeredAt: RegistrarFixture.now(0).wall)
  }
}
