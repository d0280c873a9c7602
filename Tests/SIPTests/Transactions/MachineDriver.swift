import Machines
import Testing

/// Drives a machine and, after each step, folds all its events again from the start: the fold
/// must be the live state, or something changed it that was not an event.
struct MachineDriver<Driven: Machine> {
  private let initial: Driven
  private(set) var machine: Driven
  private(set) var history: [Driven.Event] = []

  init(_ machine: Driven) {
    initial = machine
    self.machine = machine
  }

  @discardableResult
  mutating func step(
    _ input: Driven.Input, at milliseconds: Int64, sourceLocation: SourceLocation = #_sourceLocation
  ) -> Driven.Action {
    let before = machine
    let decision = machine.decide(input, now: .milliseconds(milliseconds))
    #expect(machine == before, "deciding changes nothing", sourceLocation: sourceLocation)
    if let event = decision.event {
      machine.apply(event)
      history.append(event)
    }
    var folded = initial
    for event in history { folded.apply(event) }
    #expect(folded == machine, "the fold is the state", sourceLocation: sourceLocation)
    return decision.action
  }

}

extension MachineDriver where Driven.Input: TimedInput {
  /// Lets time pass until `end`, waking the machine at each of its deadlines.
  mutating func run(until end: Int64) -> [(Int64, Driven.Action)] {
    var log: [(Int64, Driven.Action)] = []
    while let deadline = machine.nextDeadline?.milliseconds, deadline <= end, log.count < 1000 {
      log.append((deadline, step(.deadlineInput, at: deadline)))
    }
    return log
  }
}

extension Now {
  static func milliseconds(_ time: Int64) -> Now {
    Now(
      steady: Instant(nanoseconds: time * 1_000_000), wall: WallTime(nanoseconds: time * 1_000_000))
  }
}

extension Instant {
  var milliseconds: Int64 { nanoseconds / 1_000_000 }
}

/// Inputs of a machine that has timers.
protocol TimedInput {
  static var deadlineInput: Self { get }
}
