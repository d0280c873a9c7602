import Simulation
import Testing

/// Runs that once broke a rule, each with what was wrong then.
@Suite("What seeds have found stays mended")
struct ScenarioTests {
  struct Scenario: CustomTestStringConvertible, Sendable {
    let seed: UInt64
    let testDescription: String

    init(_ seed: UInt64, _ story: String) {
      self.seed = seed
      testDescription = story
    }
  }

  private static let scenarios = [
    Scenario(
      878, "the process ends, then the machine: what the first left unsynced is acted on and lost"),
    Scenario(
      1662, "the same: a call whose record is in the database comes back alive, and ends twice"),
    Scenario(
      3239, "the machine ends between a call's opening and its route: the caller waits for ever"),
    Scenario(
      205, "a hole in the log hides a call's later steps at every start that follows"),
  ]

  @Test("Scenario", arguments: scenarios)
  func holds(_ scenario: Scenario) {
    if let failure = SimulatedWorld(seed: scenario.seed).run() { Issue.record("\(failure)") }
  }
}
