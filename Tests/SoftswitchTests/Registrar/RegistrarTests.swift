import Machines
import SIP
import Testing

@testable import Softswitch

@Suite("Registrar")
struct RegistrarTests {
  @Test("A contact is bound, and the 200 lists it with its expiry (§10.3 steps 7 and 8)")
  func binds() throws {
    var fixture = RegistrarFixture()
    let answer = try fixture.register(
      "Contact: <sip:bob@192.0.2.4:5070>", "Expires: 600", "User-Agent: Phone/1", cseq: 7)
    #expect(answer.status == 200)
    #expect(answer.contacts == ["<sip:bob@192.0.2.4:5070>;expires=600"])
    #expect(answer.values(.date) == ["Fri, 15 Jan 2027 08:00:00 GMT"])
    let flow = try RegistrarFixture.flow()
    #expect(
      fixture.registrar.bindings(for: fixture.bob, at: RegistrarFixture.now(0).wall) == [
        Binding(
          contact: "sip:bob@192.0.2.4:5070", expiresAt: RegistrarFixture.now(600).wall,
          callID: "c1", cseq: 7, flow: flow, userAgent: "Phone/1",
          registeredAt: RegistrarFixture.now(0).wall)
      ])
  }

  @Test("Deciding changes nothing; only events do (§10.3 step 7: visible if and only if recorded)")
  func decidesOnly() throws {
    let fixture = RegistrarFixture()
    let decision = try fixture.decide("Contact: <sip:bob@192.0.2.4>")
    #expect(decision.events.count == 1)
    #expect(fixture.contacts().isEmpty)
    #expect(fixture.registrar.count == 0)
  }

  @Test("Without a Contact the bindings are listed and nothing changes (§10.3 step 6)")
  func fetch() throws {
    var fixture = RegistrarFixture()
    #expect(try fixture.register().contacts.isEmpty)
    try fixture.register("Contact: <sip:bob@192.0.2.4>;expires=600")
    let decision = try fixture.decide(cseq: 2, at: 100)
    guard case .fetch(let answer) = decision else {
      Issue.record("not a fetch: \(decision)")
      return
    }
    #expect(answer.contacts == ["<sip:bob@192.0.2.4>;expires=500"])
  }

  @Test(
    "A contact's own expiry goes before the header's, and that before the default (§10.3 step 7)",
    arguments: [
      ("Contact: <sip:b@192.0.2.4>;expires=120", "Expires: 600", 120),
      ("Contact: <sip:b@192.0.2.4>", "Expires: 600", 600),
      ("Contact: <sip:b@192.0.2.4>", "Subject: none", 1800),
      ("Contact: <sip:b@192.0.2.4>;expires=99999", "Expires: 600", 3600),
      ("Contact: <sip:b@192.0.2.4>;expires=99999999999999", "Expires: 600", 3600),
      ("Contact: <sip:b@192.0.2.4>;expires=soon", "Expires: 600", 3600),
      ("Contact: <sip:b@192.0.2.4>;expires=-1", "Expires: 600", 3600),
      ("Contact: <sip:b@192.0.2.4>", "Expires: soon", 3600),
      ("Contact: <sip:b@192.0.2.4>;expires=60", "Expires: 1", 60),
    ])
  func expiry(_ contact: String, _ header: String, _ granted: Int) throws {
    var fixture = RegistrarFixture { $0.defaultExpires = .seconds(1800) }
    let answer = try fixture.register(contact, header)
    #expect(answer.contacts == ["<sip:b@192.0.2.4>;expires=\(granted)"])
  }

  @Test(
    "An interval too brief is answered 423 with Min-Expires (§10.3 step 7, §21.4.17)",
    arguments: [
      ("Contact: <sip:b@192.0.2.4>;expires=59", "Expires: 600"),
      ("Contact: <sip:b@192.0.2.4>", "Expires: 1"),
      ("Contact: <sip:b@192.0.2.4>;expires=600, <sip:c@192.0.2.4>;expires=5", "Expires: 600"),
    ])
  func brief(_ contact: String, _ header: String) throws {
    let decision = try RegistrarFixture().decide(contact, header)
    #expect(
      decision == .reject(RegisterAnswer(423, headers: [HeaderField(.minExpires, "60")])))
  }

  @Test("An hour is never too brief, whatever is configured (§10.3 step 7)")
  func hour() throws {
    var fixture = RegistrarFixture {
      $0.minimumExpires = .seconds(7200)
      $0.maximumExpires = .seconds(7200)
    }
    #expect(try fixture.register("Contact: <sip:b@192.0.2.4>;expires=3600").status == 200)
    #expect(try fixture.register("Contact: <sip:c@192.0.2.4>;expires=3599").status == 423)
  }

  @Test("Expiry zero removes a binding, and of an unknown contact removes nothing (§10.2.2)")
  func removal() throws {
    var fixture = RegistrarFixture()
    try fixture.register("Contact: <sip:b@192.0.2.4>, <sip:c@192.0.2.4>")
    let answer = try fixture.register(
      "Contact: <sip:b@192.0.2.4>, <sip:d@192.0.2.4>", "Expires: 0", cseq: 2)
    #expect(answer.contacts == ["<sip:c@192.0.2.4>;expires=3600"])
    #expect(fixture.contacts() == ["sip:c@192.0.2.4"])
    #expect(fixture.registrar.count == 1)
  }

  @Test("Contact: * with Expires: 0 removes all bindings (§10.3 step 6)")
  func wildcard() throws {
    var fixture = RegistrarFixture()
    try fixture.register("Contact: <sip:b@192.0.2.4>")
    try fixture.register("Contact: <sip:c@192.0.2.5>", callID: "c2", cseq: 9)
    let answer = try fixture.register("Contact: *", "Expires: 0", cseq: 2)
    #expect(answer.status == 200)
    #expect(answer.contacts.isEmpty)
    #expect(fixture.contacts().isEmpty)
    #expect(fixture.registrar.count == 0)
  }

  @Test(
    "A wildcard with company or another expiry is invalid (§10.3 step 6)",
    arguments: [
      ("Contact: *", "Expires: 60"), ("Contact: *", "Subject: none"),
      ("Contact: *, <sip:b@192.0.2.4>", "Expires: 0"),
      ("Contact: <sip:b@192.0.2.4>, *", "Expires: 0"), ("Contact: *, *", "Expires: 0"),
      ("Contact: *", "Expires: soon"),
    ])
  func badWildcard(_ contact: String, _ expires: String) throws {
    var fixture = RegistrarFixture()
    try fixture.register("Contact: <sip:z@192.0.2.4>", callID: "other")
    let decision = try fixture.decide(contact, expires)
    #expect(decision.answer.status == 400)
    #expect(decision.events.isEmpty)
  }

  @Test("A late wildcard removes nothing, not even the others' bindings (§10.3 step 6)")
  func lateWildcard() throws {
    var fixture = RegistrarFixture()
    try fixture.register("Contact: <sip:b@192.0.2.4>", cseq: 5)
    try fixture.register("Contact: <sip:c@192.0.2.5>", callID: "c2")
    for cseq in [4, 5] {
      #expect(try fixture.register("Contact: *", "Expires: 0", cseq: cseq).status == 500)
    }
    #expect(fixture.contacts().count == 2)
  }

  @Test("A refresh replaces the binding and moves its expiry (§10.3 step 7)")
  func refresh() throws {
    var fixture = RegistrarFixture()
    try fixture.register("Contact: <sip:b@192.0.2.4>;expires=60")
    let answer = try fixture.register("Contact: <sip:b@192.0.2.4>;expires=60", cseq: 2, at: 50)
    #expect(answer.contacts == ["<sip:b@192.0.2.4>;expires=60"])
    #expect(fixture.contacts(at: 100) == ["sip:b@192.0.2.4"])
    #expect(fixture.contacts(at: 110).isEmpty)
    #expect(fixture.registrar.count == 1)
  }

  @Test("A request that was overtaken fails and changes nothing (§10.3 step 7)")
  func overtaken() throws {
    var fixture = RegistrarFixture()
    try fixture.register("Contact: <sip:b@192.0.2.4>;expires=600", cseq: 5)
    let late = try fixture.decide(
      "Contact: <sip:new@192.0.2.4>, <sip:b@192.0.2.4>;expires=60", cseq: 4)
    #expect(late.answer.status == 500)
    #expect(late.events.isEmpty)
    // The same number with another wish is no retransmission.
    let other = try fixture.decide("Contact: <sip:b@192.0.2.4>;expires=0", cseq: 5)
    #expect(other.answer.status == 500)
  }

  @Test("The same REGISTER again is answered 200 with no change (§10.3 step 7)")
  func repeated() throws {
    var fixture = RegistrarFixture()
    try fixture.register("Contact: <sip:b@192.0.2.4>;expires=600", cseq: 5)
    let again = try fixture.decide("Contact: <sip:b@192.0.2.4>;expires=600", cseq: 5, at: 10)
    #expect(again.events.isEmpty)
    #expect(again.answer.contacts == ["<sip:b@192.0.2.4>;expires=590"])
  }

  @Test("A retransmission that comes after the removal does not bring the binding back")
  func ghost() throws {
    var fixture = RegistrarFixture()
    try fixture.register("Contact: <sip:b@192.0.2.4>", cseq: 1)
    try fixture.register("Contact: <sip:b@192.0.2.4>;expires=0", cseq: 2)
    let ghost = try fixture.decide("Contact: <sip:b@192.0.2.4>", cseq: 1, isRetransmission: true)
    #expect(ghost.events.isEmpty)
    #expect(ghost.answer.status == 200)
  }

  @Test("Another Call-ID may change a binding whatever its CSeq (§10.3 step 7)")
  func otherCall() throws {
    var fixture = RegistrarFixture()
    try fixture.register("Contact: <sip:b@192.0.2.4>", callID: "c1", cseq: 100)
    try fixture.register("Contact: <sip:b@192.0.2.4>;expires=60", callID: "c2", cseq: 1)
    #expect(fixture.contacts(at: 59) == ["sip:b@192.0.2.4"])
    #expect(fixture.contacts(at: 60).isEmpty)
    let gone = try fixture.register(
      "Contact: <sip:b@192.0.2.4>;expires=0", callID: "c3", cseq: 1)
    #expect(gone.contacts.isEmpty)
  }

  @Test("Equal URIs are one binding, in its latest spelling (§10.3 step 7, §19.1.4)")
  func spelling() throws {
    var fixture = RegistrarFixture()
    try fixture.register("Contact: <sip:b%6Fb@HOST.example.test;transport=udp>")
    let decision = try fixture.decide("Contact: <sip:bob@host.example.test;transport=udp>", cseq: 2)
    #expect(decision.events.count == 2)
    try fixture.register("Contact: <sip:bob@host.example.test;transport=udp>", cseq: 2)
    #expect(fixture.contacts() == ["sip:bob@host.example.test;transport=udp"])
    #expect(fixture.registrar.count == 1)
    try fixture.register("Contact: <sip:bob@host.example.test;transport=tcp>", cseq: 3)
    #expect(fixture.contacts().count == 2)
  }

  @Test("Of the same contact twice in one request the last counts")
  func twice() throws {
    var fixture = RegistrarFixture()
    let answer = try fixture.register(
      "Contact: <sip:b@192.0.2.4>;expires=600", "Contact: <sip:b@192.0.2.4>;expires=300")
    #expect(answer.contacts == ["<sip:b@192.0.2.4>;expires=300"])
    #expect(fixture.registrar.count == 1)
  }

  @Test(
    "A contact that no call could be sent to is refused",
    arguments: [
      "tel:+15550002", "mailto:bob@example.test", "sips:bob@192.0.2.4", "https://example.test",
    ])
  func unusable(_ contact: String) throws {
    let decision = try RegistrarFixture().decide("Contact: <sip:b@192.0.2.4>, <\(contact)>")
    #expect(decision == .reject(RegisterAnswer(400, "Unusable Contact Scheme")))
  }

  @Test("A malformed contact fails the whole request (§10.3: completely or not at all)")
  func malformed() throws {
    for contact in ["<sip:>", "<sip:b@192.0.2.4", "sip:b@192.0.2.4, <:>"] {
      #expect(try RegistrarFixture().decide("Contact: \(contact)").answer.status == 400)
    }
  }
}
