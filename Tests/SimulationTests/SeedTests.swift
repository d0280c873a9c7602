import Simulation
import Testing

@Suite("A node among phones, a bad network, a bad disk and crashes breaks no rule")
struct SeedTests {
  private static let chunk: UInt64 = 25

  @Test("Whatever the seed", arguments: (0..<12).map { 1 + 25 * UInt64($0) })
  func seeds(from first: UInt64) {
    var tally = SimulationTally()
    for seed in first..<first + Self.chunk {
      let world = SimulatedWorld(seed: seed)
      if let failure = world.run() { Issue.record("\(failure)") }
      tally.add(world.tally)
    }
    // That something was tried.
    #expect(tally.calls > 100)
    #expect(tally.answered > 50)
    #expect(tally.forked > 20)
    #expect(tally.records >= tally.calls - tally.doubtful)
    #expect(tally.crashes > 20)
    #expect(tally.recovered > 20)
    #expect(tally.lingering > 20)
    #expect(tally.messagesChecked > 1000)
    #expect(tally.foldsCompared > 50)
  }

  @Test("The same seed is the same run, to the last datagram", arguments: [3, 14, 159, 2653])
  func reproducible(seed: UInt64) {
    let (first, second) = (SimulatedWorld(seed: seed), SimulatedWorld(seed: seed, isTraced: true))
    first.run()
    second.run()
    #expect(first.trace.hash == second.trace.hash)
    #expect(first.trace.events == second.trace.events)
    let other = SimulatedWorld(seed: seed + 1)
    other.run()
    #expect(first.trace.hash != other.trace.hash)
  }

  @Test("Every weather comes up among a hundred seeds")
  func profiles() {
    let names = Set((1...100).map { SimulatedWorld(seed: $0).profile.name })
    #expect(names == Set(SimulationProfile.Name.allCases))
  }
}
