import Addressing
import CallControl
import Journaling
import Machines
import MediaControl
import SIP
import Softswitch

/// A node: its disk and its database, and one process after the other that serves from them.
final class SimulatedNode {
  static let address = IPAddress.v4(0xC633_6401)
  static let endpoint = IPEndpoint(address, 5060)
  static let domain = "example.test"

  unowned let world: SimulatedWorld
  let disk = MemoryDisk()
  let database: SimulatedDatabase
  private(set) var watch: SafetyWatch! = nil
  var written = WrittenBytes()
  private(set) var process: NodeProcess?
  private var buried: NodeProcess?
  private var starts = 0
  private var armed: ArmedCrash?
  /// Datagrams that wait in the kernel for the next process.
  private var waiting: [(bytes: [UInt8], source: IPEndpoint)] = []
  private var absences: [(from: Instant, to: Instant?)] = []
  /// Since when the log lacks something, and which record ends that.
  private var hasGap = false
  private var gapEnds: UInt64?
  /// The machine has ended, and nothing had been synced: of each segment some part is gone, so
  /// that calls may come back with holes.
  private(set) var isLogTorn = false
  var subscribers: [Subscriber] = []

  init(_ world: SimulatedWorld) {
    self.world = world
    database = SimulatedDatabase(world)
    watch = SafetyWatch(self)
    disk.onSync = { [unowned self] in syncBegan() }
    database.onCommit = { [unowned self] in
      if let process { passed(.commit, process) }
    }
    world.network.attach(self, at: Self.endpoint)
  }

  var mutation: Mutation? { world.mutation }

  static func flow(_ remote: IPEndpoint) -> Flow {
    Flow(transport: .udp, listener: ListenerID(0), remote: remote)
  }

  // MARK: Starts

  /// Starts a process by the way that production takes.
  func start() {
    starts += 1
    let now = world.now
    do {
      if starts > 1 { try mutateLog() }
      let contents = try CallLogContents.read(disk)
      if let (call, fault) = contents.faults.first {
        world.violate(.unreadableLog, "\(call): \(fault)")
      }
      let process = try makeProcess(now)
      self.process = process
      closeAbsence()
      process.exchange.log.writeStarted(now, node: "a1", version: "simulated")
      let summary = process.exchange.recover(contents.calls, now: now)
      process.exchange.takeUp(database.state.recorded, now: now)
      world.tally.recovered += summary.calls
      world.tally.lingering += summary.lingering
      world.write("start \(starts): \(summary)")
      process.endTick()
      process.later(world.random.duration(.milliseconds(1) ... .seconds(1))) { $0.beat() }
      let datagrams = waiting
      waiting = []
      for datagram in datagrams { self.process?.receive(datagram.bytes, from: datagram.source) }
    } catch {
      // The disk does not even take the beginning of a segment: whoever watches tries again.
      world.tally.refusedStarts += 1
      world.write("start \(starts) failed: \(error)")
      world.after(.seconds(1)) { [unowned self] in start() }
    }
  }

  private func makeProcess(_ now: Now) throws(JournalFault) -> NodeProcess {
    let disk = ProcessDisk(self, disk, durability: world.profile.durability)
    let journal = try Journal(
      disk: disk,
      options: JournalOptions(
        durability: world.profile.durability, segmentBytes: world.profile.segmentBytes),
      opening: [], version: callLogVersion, now: now.steady)
    let process = NodeProcess(self, disk: disk, recoveries: starts - 1)
    disk.onAppend = { [unowned self, unowned process] in passed(.append, process) }
    journal.onCommitted = { [weak process] in process?.logCommitted() }
    let registrar = Registrar(
      policy: RegistrarPolicy(), restoring: database.bindings.map { ($0.address, $0.binding) },
      at: now.wall)
    process.exchange = Exchange(
      configuration: .simulated(world.profile), directory: directory, registrar: registrar,
      authenticator: DigestAuthenticator(key: [UInt8](0..<32), startedAt: now.wall),
      log: CallLog(journal), random: .seeded(world.random.next()), now: now, outlet: process)
    return process
  }

  private var directory: SubscriberDirectory {
    do {
      return try SubscriberDirectory(
        domains: [Self.domain], addresses: [Self.address], subscribers: subscribers)
    } catch {
      preconditionFailure("the simulation's subscribers are distinct")
    }
  }

  private func closeAbsence() {
    guard let last = absences.indices.last, absences[last].to == nil else { return }
    absences[last].to = world.time
  }

  // MARK: Ends

  /// Lets the process end at the next such point.
  func arm(_ crash: ArmedCrash) {
    guard process != nil else { return }
    if crash.point == .now { return self.crash(crash.kind) }
    armed = crash
  }

  /// The process has come to a point at which it can end.
  func passed(_ point: ArmedCrash.Passed, _ at: NodeProcess) {
    guard at === process, var crash = armed else { return }
    let strikes = crash.strikes(point)
    armed = crash
    if strikes { self.crash(crash.kind) }
  }

  private func crash(_ kind: MemoryDisk.Crash) {
    guard let ended = process else { return }
    world.write("crash of the \(kind) at \(armed.map { "\($0.point)" } ?? "now")")
    world.tally.crashes += 1
    if kind == .machine { world.tally.machineCrashes += 1 }
    let isForgetful = hasGap || ended.exchange.log.journal.health != .healthy
    armed = nil
    ended.end()
    // Its code may be running now; it must not vanish under it.
    buried = ended
    process = nil
    let durability = world.profile.durability
    let breaksPromise = isForgetful || (kind == .machine && durability == .process)
    if breaksPromise {
      for session in world.sessions where !world.isOver(session) { session.isDoubtful = true }
      watch.forget()
    }
    disk.crash(kind) { [unowned world] unsynced in world.random.number(0...max(0, unsynced)) }
    written.reset(to: disk, forgetting: breaksPromise)
    if kind == .machine, durability == .process { isLogTorn = true }
    database.processEnded()
    (hasGap, gapEnds) = (false, nil)
    if kind == .machine { waiting = [] }
    absences.append((world.time, nil))
    world.after(world.random.duration(world.profile.absence)) { [unowned self] in start() }
  }

  /// Keeps account of whether the log lacks anything.
  func noteHealth(of process: NodeProcess) {
    let journal = process.exchange.log.journal
    if journal.health != .healthy {
      (hasGap, gapEnds) = (true, nil)
    } else if hasGap {
      gapEnds = gapEnds ?? journal.appended
      if journal.committed >= gapEnds ?? 0 { (hasGap, gapEnds) = (false, nil) }
    }
  }

  /// How long there was no process since a moment.
  func absence(since moment: Instant) -> Duration {
    absences.reduce(.zero) { total, absence in
      let (from, to) = (max(absence.from, moment), absence.to ?? world.time)
      return to > from ? total + (to - from) : total
    }
  }

  // MARK: The disk's pace

  private func syncBegan() {
    let process = process
    let pace: ClosedRange<Duration> =
      isDiskSlow ? .milliseconds(200) ... .seconds(3) : .microseconds(150) ... .milliseconds(8)
    let fault: JournalFault? =
      failsSyncs ? .system(call: "fdatasync", code: JournalFault.inputOutputError) : nil
    world.after(world.random.duration(pace)) { [unowned self] in
      // Syncs of a process that has ended are forgotten with it.
      guard self.process === process else { return }
      disk.completeSync(fault)
    }
  }

  var isDiskSlow = false
  var failsSyncs = false
}

extension SimulatedNode: DatagramReceiver {
  func receive(_ bytes: [UInt8], from source: IPEndpoint) {
    if let process { return process.receive(bytes, from: source) }
    if world.profile.keepsDatagrams, waiting.count < 2000 { waiting.append((bytes, source)) }
  }
}
