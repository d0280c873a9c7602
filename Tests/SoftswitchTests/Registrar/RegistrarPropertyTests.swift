import Machines
import SIP
import Testing

@testable import Softswitch

/// Random REGISTERs against the registrar, beside a plain model of RFC 3261 §10.3 that keeps one
/// dictionary and knows nothing of events, agendas or limits.
@Suite("Registrar under random requests")
struct RegistrarPropertyTests {
  private struct Plain {
    var expiresAt: Int
    var callID: String
    var cseq: Int
  }

  @Test("Folding the events gives the live state, and both agree with a model", arguments: 0..<12)
  func folding(_ seed: UInt64) throws {
    var randomness = Randomness.seeded(seed)
    var fixture = RegistrarFixture()
    var recorded: [BindingEvent] = []
    var model: [String: Plain] = [:]
    var clock = 0
    for _ in 0..<150 {
      clock += Int.random(in: 0...40, using: &randomness)
      model = model.filter { $0.value.expiresAt > clock }
      let step = Step(using: &randomness)
      let decision = try fixture.decide(
        step.contactLine, "Expires: \(step.expires)", callID: step.callID, cseq: step.cseq,
        at: clock)
      for event in decision.events {
        fixture.registrar.apply(event)
        recorded.append(event)
      }
      let accepted = update(&model, with: step, at: clock)
      #expect((decision.answer.status == 200) == accepted)
      if Int.random(in: 0..<4, using: &randomness) == 0 {
        for event in fixture.registrar.expire(now: RegistrarFixture.now(clock)) {
          fixture.registrar.apply(event)
          recorded.append(event)
        }
      }
      #expect(fixture.contacts(at: clock).sorted() == model.keys.sorted())
      if accepted { #expect(decision.answer.contacts.count == model.count) }
      var folded = Registrar()
      for event in recorded { folded.apply(event) }
      #expect(folded == fixture.registrar)
      #expect(folded.count == fixture.registrar.count)
    }
  }

  @Test("A state restored from the bindings on record answers like the one it replaces")
  func restoring() throws {
    var randomness = Randomness.seeded(99)
    var fixture = RegistrarFixture()
    for clock in 0..<200 {
      let step = Step(using: &randomness)
      try fixture.register(
        step.contactLine, "Expires: \(step.expires)", callID: step.callID, cseq: step.cseq,
        at: clock)
      var onRecord: [(AddressOfRecord, Binding)] = []
      let now = RegistrarFixture.now(clock)
      fixture.registrar.forEachBinding(at: now.wall) { onRecord.append(($0, $1)) }
      var restored = fixture
      restored.registrar = Registrar(restoring: onRecord, at: now.wall)
      let next = Step(using: &randomness)
      let answers = try [fixture, restored].map {
        try $0.decide(
          next.contactLine, "Expires: \(next.expires)", callID: next.callID, cseq: next.cseq,
          at: clock
        ).answer
      }
      #expect(answers[0] == answers[1])
    }
  }

  private struct Step {
    var users: [String]
    var isWildcard: Bool
    var expires: Int
    var callID: String
    var cseq: Int

    init(using randomness: inout Randomness) {
      users = ["a", "b", "c", "d"].filter { _ in Bool.random(using: &randomness) }
      isWildcard = Int.random(in: 0..<12, using: &randomness) == 0
      expires = isWildcard ? 0 : [0, 30, 60, 100, 300].randomElement(using: &randomness) ?? 0
      callID = ["x", "y"].randomElement(using: &randomness) ?? "x"
      cseq = Int.random(in: 1...60, using: &randomness)
    }

    var contacts: [String] { users.map { "sip:\($0)@192.0.2.4" } }

    var contactLine: String {
      if isWildcard { return "Contact: *" }
      // A request without contacts is a fetch.
      return users.isEmpty
        ? "Subject: fetch" : "Contact: " + contacts.map { "<\($0)>" }.joined(separator: ", ")
    }
  }

  /// Whether the model grants the request.
  private func update(_ model: inout [String: Plain], with step: Step, at clock: Int) -> Bool {
    func isLate(_ plain: Plain?) -> Bool {
      plain.map { $0.callID == step.callID && $0.cseq > step.cseq } ?? false
    }
    func isSame(_ plain: Plain?) -> Bool {
      plain.map { $0.callID == step.callID && $0.cseq == step.cseq } ?? false
    }
    if step.isWildcard {
      guard !model.values.contains(where: { isLate($0) || isSame($0) }) else { return false }
      model = [:]
      return true
    }
    if step.users.isEmpty { return true }
    guard step.expires == 0 || step.expires >= 60 else { return false }
    let old = model
    for contact in step.contacts {
      if isLate(old[contact]) || (isSame(old[contact]) && step.expires == 0) {
        model = old
        return false
      }
      if isSame(old[contact]) { continue }
      model[contact] =
        step.expires == 0
        ? nil
        : Plain(expiresAt: clock + step.expires, callID: step.callID, cseq: step.cseq)
    }
    return true
  }
}
