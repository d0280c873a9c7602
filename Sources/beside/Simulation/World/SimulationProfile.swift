import Journaling
import Machines
import Softswitch

/// What weather a run has: chosen by its seed.
package struct SimulationProfile: Sendable {
  package enum Name: String, CaseIterable, Sendable {
    /// A quiet network, and one end of the process or two.
    case calm
    /// Datagrams are lost, doubled and late.
    case lossy
    /// Many ends of the process, some of them during recovery.
    case stormy
    /// Nobody holds the sockets while the process is away.
    case unattended
    /// Synced writes, and the machine fails.
    case blackouts
    /// The machine fails, and only the end of the process was provided for.
    case careless
    /// The disk is full, slow or broken now and then.
    case sickDisk
    /// The same, with synced writes.
    case sickSyncedDisk
    /// Long absences: timers run out meanwhile.
    case absent
  }

  package let name: Name
  var loss = 0.0
  var duplication = 0.0
  var delay: ClosedRange<Duration> = .milliseconds(1) ... .milliseconds(20)
  /// The share of datagrams that take much longer, and how long.
  var detours = 0.0
  var detour: ClosedRange<Duration> = .milliseconds(100) ... .seconds(3)
  var crashes = 1...2
  /// The share of crashes that take the machine along.
  var machineCrashes = 0.0
  var absence: ClosedRange<Duration> = .milliseconds(10) ... .seconds(3)
  var keepsDatagrams = true
  var durability = Durability.process
  var diskFaults = 0...0
  var databaseFaults = 0...1
  var undurable = Exchange.UndurablePolicy.refuse
  var segmentBytes = 1 << 20
  let calls: Int
  let duration: Duration

  init(random: inout SeededGenerator) {
    name = random.one(of: Name.allCases)
    calls = random.number(5...(random.chance(0.2) ? 20 : 9))
    duration = random.duration(.seconds(60) ... .seconds(random.chance(0.2) ? 200 : 100))
    // Small ones, so that calls are written down whole to let old segments go.
    segmentBytes = random.one(of: [4 << 10, 16 << 10, 64 << 10, 1 << 20])
    if random.chance(0.4) { disturbNetwork(&random) }
    describe(&random)
  }

  private mutating func describe(_ random: inout SeededGenerator) {
    switch name {
    case .calm: crashes = 0...2
    case .lossy: disturbNetwork(&random)
    case .stormy: crashes = 5...12
    case .unattended:
      keepsDatagrams = false
      crashes = 1...4
    case .blackouts:
      durability = .machine
      machineCrashes = 0.6
      crashes = 1...4
    case .careless:
      machineCrashes = 0.5
      crashes = 1...3
    case .sickDisk: sicken(&random)
    case .sickSyncedDisk:
      sicken(&random)
      durability = .machine
      machineCrashes = 0.4
    case .absent: absence = .seconds(2) ... .seconds(40)
    }
  }

  private mutating func disturbNetwork(_ random: inout SeededGenerator) {
    loss = Double(random.number(1...20)) / 100
    duplication = Double(random.number(0...15)) / 100
    detours = Double(random.number(0...10)) / 100
    delay = .milliseconds(1) ... .milliseconds(random.number(5...250))
  }

  private mutating func sicken(_ random: inout SeededGenerator) {
    diskFaults = 1...5
    crashes = 0...3
    undurable = random.chance(0.5) ? .refuse : .accept
  }
}
