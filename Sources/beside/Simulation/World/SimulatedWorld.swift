import Addressing
import Machines
import SIP

/// Phones, a node and the network between them: the real code, in virtual time, on one thread.
/// All of it follows from the seed.
package final class SimulatedWorld {
  package let seed: UInt64
  package let profile: SimulationProfile
  let mutation: Mutation?
  var random: SeededGenerator
  private(set) var time = Instant(nanoseconds: 1_800_000_000_000_000_000)
  let began = Instant(nanoseconds: 1_800_000_000_000_000_000)
  private var queue = EventQueue()
  package private(set) var trace: SimulationTrace
  package internal(set) var tally = SimulationTally()
  package private(set) var failure: SimulationFailure?

  private(set) var network: SimulatedNetwork! = nil
  private(set) var node: SimulatedNode! = nil
  var phones: [SimulatedPhone] = []
  var sessions: [Session] = []
  /// Where names lead; what is not here is unknown.
  var names: [String: [ServerTarget]] = [:]
  /// Who may send media from where.
  var speakers: [IPEndpoint: PhoneCall] = [:]

  package init(seed: UInt64, mutation: Mutation? = nil, isTraced: Bool = false) {
    self.seed = seed
    self.mutation = mutation
    random = SeededGenerator(seed: seed)
    profile = SimulationProfile(random: &random)
    trace = SimulationTrace(isKept: isTraced)
    network = SimulatedNetwork(self)
    node = SimulatedNode(self)
  }

  var now: Now { Now(steady: time, wall: WallTime(nanoseconds: time.nanoseconds)) }

  func after(_ delay: Duration, _ body: @escaping () -> Void) {
    queue.add(at: time + delay, body)
  }

  func at(_ moment: Instant, _ body: @escaping () -> Void) {
    queue.add(at: max(moment, time), body)
  }

  /// Runs until `end`, or until a rule is broken.
  func run(until end: Instant) {
    while failure == nil, let (moment, body) = queue.next(until: end) {
      time = moment
      trace.count()
      body()
    }
    if failure == nil { time = end }
  }

  func violate(_ rule: SafetyRule, _ text: @autoclosure () -> String) {
    guard failure == nil, !(node.isLogTorn && rule.needsWholeLog) else { return }
    failure = SimulationFailure(
      seed: seed, profile: profile.name, mutation: mutation, time: time - began, rule: rule,
      text: text())
    write("BROKEN \(rule.rawValue)")
  }

  func session(_ number: Int?) -> Session? {
    guard let number, number < sessions.count else { return nil }
    return sessions[number]
  }
}

// What happened.
extension SimulatedWorld {
  func note(_ what: String, _ source: IPEndpoint, _ destination: IPEndpoint, _ bytes: [UInt8]) {
    trace.mix(UInt64(bitPattern: time.nanoseconds))
    trace.mix(UInt64(bytes.count) << 32 | UInt64(source.port) << 16 | UInt64(what.utf8.count))
    guard trace.isKept else { return }
    keep("\(source) \(what) \(destination) \(summary(bytes))")
  }

  /// Something that is no datagram.
  func write(_ line: @autoclosure () -> String) {
    trace.mix(UInt64(bitPattern: time.nanoseconds))
    if trace.isKept { keep(line()) }
  }

  private func keep(_ line: String) {
    let ticks = (time - began).wholeNanoseconds / 10_000
    let (seconds, rest) = ticks.quotientAndRemainder(dividingBy: 100_000)
    let digits = String(rest)
    let padding = String(repeating: "0", count: 5 - digits.count)
    trace.write("\(seconds).\(padding)\(digits) \(line)")
  }

  private func summary(_ bytes: [UInt8]) -> String {
    guard let message = try? SIPMessage(bytes) else { return "\(bytes.count) octets" }
    let start = message.isRequest ? "\(message.method)" : "\(message.statusCode)"
    return "\(start) (\(message.cSeq?.text ?? "")) \(message.callID ?? "") "
      + "from \(message.fromTag ?? "-") to \(message.toTag ?? "-")"
  }
}
