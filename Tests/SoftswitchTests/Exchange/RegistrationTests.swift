import Machines
import SIP
import Testing

@testable import Softswitch

@Suite("A binding is on record before its 200: RFC 3261 §10.3")
struct RegistrationTests {
  private let bench: ExchangeBench
  private let bob: BenchPhone

  init() throws {
    bench = try ExchangeBench()
    bob = try bench.bob()
  }

  /// Sends a REGISTER whose changes wait to be on record.
  private func hold() throws -> PhoneRequest {
    bench.recordsAtOnce = false
    let (request, sent) = try bob.sendWithDigest(bob.registration())
    #expect(sent.isEmpty, "no answer before the record")
    #expect(bench.exchange.registrationCount == 0)
    return request
  }

  @Test("Without a password it is challenged with 401, from a trusted source too")
  func challenged() throws {
    for flow in [bob.flow, ExchangeBench.gateway] {
      var register = bob.registration()
      register.flow = flow
      let challenge = try bench.send(register).response(401)
      #expect(challenge.contains(.wwwAuthenticate))
    }
    #expect(bench.exchange.registrationCount == 0)
    #expect(bench.world.unsaved.isEmpty)
  }

  @Test("The answer waits for the record, and so do retransmissions")
  func held() throws {
    let request = try hold()
    #expect(bench.send(request).isEmpty)
    #expect(bench.send(request).isEmpty)
    #expect(bench.world.unsaved.count == 1)
    let sent = try bench.record()
    #expect(sent.summary == ["200 REGISTER"], "one answer to all")
    #expect(try sent.response(200).rows(.contact) == ["<\(bob.contact)>;expires=600"])
    #expect(bench.exchange.registrationCount == 1)
    #expect(bench.exchange.counters.registrations == 1)
    let late = bench.send(request)
    #expect(late.summary == ["200 REGISTER"], "its answer was lost")
    #expect(bench.world.unsaved.isEmpty, "and nothing has changed")
  }

  @Test("What could not be recorded is answered 500, and holds no later attempt up")
  func unrecorded() throws {
    _ = try hold()
    #expect(try bench.record(isOnRecord: false).summary == ["500 REGISTER"])
    #expect(bench.exchange.registrationCount == 0)
    bench.recordsAtOnce = true
    try bob.register()
    #expect(bench.exchange.registrationCount == 1)
  }

  @Test("What comes while a change is on its way counts after it")
  func inOrder() throws {
    _ = try hold()
    var removal = bob.registration(";expires=0")
    removal.callID = "another"
    let (request, sent) = try bob.sendWithDigest(removal)
    #expect(sent.isEmpty)
    #expect(bench.send(request).isEmpty, "nor is its retransmission answered")
    let tablet = try bench.bob(at: "192.0.2.22:5060")
    #expect(try tablet.sendWithDigest(tablet.registration()).sent.isEmpty)
    #expect(bench.world.unsaved.count == 1, "one change of an address at a time")

    #expect(try bench.record().summary == ["200 REGISTER"])
    #expect(bench.world.unsaved.map(\.events.count) == [1], "the removal of what is bound now")
    let removed = try bench.record().response(200)
    #expect(removed.rows(.contact).isEmpty)
    let added = try bench.record().response(200)
    #expect(added.rows(.contact) == ["<\(tablet.contact)>;expires=600"])
    #expect(bench.exchange.registrationCount == 1)
  }

  @Test("A subscriber does not get past the limit of its bindings by being quick")
  func quick() throws {
    bench.recordsAtOnce = false
    for port in 1...15 {
      let phone = try bench.bob(at: "192.0.2.2:\(6000 + port)")
      let sent = try phone.sendWithDigest(phone.registration()).sent
      // One is on its way and ten wait for it.
      #expect(sent.summary == (port > 11 ? ["503 REGISTER"] : []))
    }
    bench.recordsAtOnce = true
    let last = try bench.record()
    #expect(last.summary == Array(repeating: "200 REGISTER", count: 10) + ["403 REGISTER"])
    #expect(bench.exchange.registrationCount == 10)
  }

  @Test("A node that starts again with the record finds the phone")
  func restart() throws {
    try bob.register()
    let restored = bench.recorded.compactMap { event in
      if case .bound(let address, let binding) = event { (address, binding) } else { nil }
    }
    let registrar = Registrar(restoring: restored, at: bench.now.wall)
    let next = try ExchangeBench(registrar: registrar)
    #expect(next.exchange.registrationCount == 1)
    let offered = try next.send(try next.trunk().invite("bob")).request(.invite)
    #expect(offered.flow == bob.flow)
    #expect(offered.message.requestURIText == bob.contact)
  }

  @Test("A subscriber binds no other's address")
  func another() throws {
    var register = bob.registration()
    register.to = "<sip:alice@example.test>"
    #expect(try bob.sendWithDigest(register).sent.summary == ["403 REGISTER"], "§10.3 step 4")
    #expect(bench.world.unsaved.isEmpty)
  }

  @Test("A replayed REGISTER changes nothing")
  func replayed() throws {
    let (request, _) = try bob.sendWithDigest(bob.registration())
    let (_, removal) = try bob.sendWithDigest(bob.registration(";expires=0"))
    #expect(removal.summary == ["200 REGISTER"])
    var replay = request
    replay.callID = "thief"
    replay.contact = "<sip:thief@192.0.2.66>"
    #expect(bench.send(replay).summary == ["401 REGISTER"])
    #expect(bench.exchange.registrationCount == 0)
  }

  @Test("A binding whose time is over takes no calls, and is forgotten")
  func expiry() throws {
    try bob.register(";expires=60")
    let trunk = try bench.trunk()
    bench.advance(by: 59_000)
    #expect(bench.send(trunk.invite("bob")).summary == ["100", "INVITE"])
    bench.advance(by: 2_000)
    #expect(bench.send(trunk.invite("bob")).summary == ["100", "480"])
    bench.advance(by: 60_000)
    #expect(bench.exchange.registrationCount == 0)
  }
}
