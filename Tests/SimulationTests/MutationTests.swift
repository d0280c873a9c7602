import Simulation
import Testing

@Suite("A fault that is put in on purpose is found")
struct MutationTests {
  private struct Expectation {
    let seeds: UInt64
    let rules: Set<SafetyRule>
  }

  private func expectation(_ mutation: Mutation) -> Expectation {
    switch mutation {
    case .skipCommit: Expectation(seeds: 2, rules: [.sentBeforeRecorded])
    case .forgetTimer: Expectation(seeds: 10, rules: [.callLeft])
    case .regenerateTag: Expectation(seeds: 10, rules: [.tagChanged])
    case .doubleRecord: Expectation(seeds: 15, rules: [.secondRecord, .forkRecords])
    }
  }

  @Test("Within a few seeds, and by the rule that it breaks", arguments: Mutation.allCases)
  func caught(_ mutation: Mutation) throws {
    let expected = expectation(mutation)
    let failures = (1...expected.seeds).lazy.compactMap { seed in
      SimulatedWorld(seed: seed, mutation: mutation).run()
    }
    let failure = try #require(failures.first, "nothing found in \(expected.seeds) seeds")
    #expect(expected.rules.contains(failure.rule), "\(failure)")
    // It is the mutation that was found.
    #expect(SimulatedWorld(seed: failure.seed).run() == nil)
  }
}
