import Glibc
import Simulation

/// `simulate`: runs seeds, says which of them broke a rule, and how many it ran a second.
@main
struct Simulate {
  static func main() {
    guard let options = SimulateOptions(CommandLine.arguments.dropFirst()) else {
      print(SimulateOptions.usage)
      exit(2)
    }
    let seeds = options.first..<options.first + options.count
    let clock = ContinuousClock()
    let began = clock.now
    var failures = 0
    var events = 0
    var hash: UInt64 = 0
    var tally = SimulationTally()
    var profiles: [String: Int] = [:]
    for seed in seeds {
      let world = SimulatedWorld(
        seed: seed, mutation: options.mutation, isTraced: options.isTraced)
      let failure = world.run()
      events += world.trace.events
      hash = (hash ^ world.trace.hash) &* 0x0000_0100_0000_01B3
      tally.add(world.tally)
      profiles[world.profile.name.rawValue, default: 0] += 1
      if options.isTraced { world.trace.lines.forEach { print($0) } }
      if options.isTraced { print("trace \(String(world.trace.hash, radix: 16))") }
      if let failure {
        failures += 1
        print(failure)
      }
    }
    let seconds = (clock.now - began) / .seconds(1)
    let names = profiles.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
    print("\(options.count) seeds (\(names.joined(separator: ", "))), \(failures) failed")
    print(
      "\(tally.calls) calls, \(tally.answered) answered, \(tally.forked) forked, "
        + "\(tally.doubtful) beyond what is promised; \(tally.records) records")
    print(
      "\(tally.crashes) crashes, \(tally.machineCrashes) of the machine, "
        + "\(tally.refusedStarts) starts without a disk; taken up again: \(tally.recovered) calls "
        + "in progress, \(tally.lingering) that were over")
    print(
      "\(tally.messagesChecked) messages looked for in the log, "
        + "\(tally.foldsCompared) times the log against the calls")
    let rate = rounded(Double(options.count) / seconds)
    print("\(rate) seeds/s, \(events) events, hash \(String(hash, radix: 16))")
    exit(failures == 0 ? 0 : 1)
  }

  private static func rounded(_ number: Double) -> Double { (number * 10).rounded() / 10 }
}
