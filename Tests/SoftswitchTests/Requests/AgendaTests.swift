import Machines
import Testing

@testable import Softswitch

@Suite("The agenda")
struct AgendaTests {
  private func at(_ seconds: Int64) -> Instant { Instant(nanoseconds: seconds) }

  @Test("Appointments come up in order, each once, and as they were changed last")
  func order() {
    var agenda = Agenda<String>()
    agenda.set("a", at: at(30))
    agenda.set("b", at: at(10))
    agenda.set("c", at: at(20))
    agenda.set("b", at: at(40))
    agenda.cancel("c")
    #expect(agenda.takeDue(at: at(29)) == nil)
    #expect(agenda.takeDue(at: at(50)) == "a")
    #expect(agenda.takeDue(at: at(50)) == "b")
    #expect(agenda.takeDue(at: at(50)) == nil)
    #expect(agenda.count == 0)
  }

  @Test("Any order of many changes gives what a sorted list gives")
  func many() {
    var random = SeededGenerator(seed: 9)
    var agenda = Agenda<UInt64>()
    var expected: [UInt64: Instant] = [:]
    for _ in 0..<5000 {
      let key = random.next() % 200
      if random.next() % 5 == 0 {
        agenda.cancel(key)
        expected[key] = nil
      } else {
        let time = at(Int64(random.next() % 10_000))
        agenda.set(key, at: time)
        expected[key] = time
      }
    }
    var taken: [Instant] = []
    while let key = agenda.takeDue(at: at(10_000)) {
      taken.append(expected.removeValue(forKey: key) ?? at(-1))
    }
    #expect(expected.isEmpty)
    #expect(taken == taken.sorted())
  }
}
