import Addressing
import Glibc
import Machines
import MediaControl
import RTP

/// The loop of one media thread, which alone owns all that is here.
///
/// A turn waits for sockets, forwards what they hold, then carries out commands, then plays what is
/// due, then looks after silent streams. Packets touch neither lock nor reference count nor
/// allocator; commands may.
struct MediaLoop: ~Copyable {
  let configuration: MediaConfiguration
  let clock: MediaClock
  let pool: PortPool
  let commands: CommandQueue
  let published: PublishedTally
  let onNotice: @Sendable (MediaNotice) -> Void
  /// How often streams are looked at; nil when nothing is to be found.
  private let inspectionInterval: Duration?

  let families: AddressFamilies
  let ports: ClosedRange<UInt16>
  let rules: SourceLatch.Rules
  let controlRules: SourceLatch.Rules

  let poll: ReadinessPoll
  var batch = PacketBatch()
  var legs: LegTable
  var tally = PacketTally()
  var streams: [StreamID: StreamEntry] = [:]
  var nextInspection: Instant
  /// Of the queued packets, those that count as forwarded media of the leg being served.
  var queuedMedia = 0
  var queuedFor: Int32 = -1

  /// Programmes on their way, and what keeps the memory that each player reads: by its leg.
  var players: [Player] = []
  var programmes: [Int: Programme] = [:]
  let frames = FrameWriter()
  /// When the first of the players has a frame to send.
  var nextFrame: Instant?

  private static let commandToken = UInt64.max
  /// The smallest wait between looks at silent streams.
  private static let shortestInspection = Int64(20_000_000)
  private static let longestInspection = Int64(1_000_000_000)

  init(
    _ configuration: MediaConfiguration, clock: MediaClock, pool: PortPool,
    commands: CommandQueue, published: PublishedTally,
    onNotice: @escaping @Sendable (MediaNotice) -> Void
  ) throws(MediaPlaneFault) {
    let poll = try ReadinessPoll()
    guard poll.add(commands.signal.descriptor, token: Self.commandToken) else {
      throw .system("epoll_ctl", errno)
    }
    self.configuration = configuration
    self.clock = clock
    self.pool = pool
    self.commands = commands
    self.published = published
    self.onNotice = onNotice
    inspectionInterval = Self.inspectionInterval(configuration)
    families = AddressFamilies(configuration)
    ports = configuration.ports
    rules = .media(configuration)
    controlRules = .control(configuration)
    self.poll = poll
    legs = LegTable(capacity: pool.capacity)
    nextInspection = clock.now
  }

  mutating func run() {
    while true {
      let ready = poll.wait(timeout: timeout())
      var hasCommands = false
      for index in 0..<ready {
        let token = poll.token(index)
        if token == Self.commandToken {
          hasCommands = true
        } else {
          serve(token)
        }
      }
      if hasCommands, carryOutCommands() { return }
      playWhenDue()
      inspectWhenDue()
      published.publish(tally)
    }
  }

  /// A token names a leg, its generation and which of its sockets is ready.
  static func token(index: Int, generation: UInt32, control: Bool) -> UInt64 {
    UInt64(generation) << 32 | UInt64(index) << 1 | (control ? 1 : 0)
  }

  private mutating func serve(_ token: UInt64) {
    let index = Int(token & 0xFFFF_FFFF) >> 1
    // An event of a leg that a predecessor in the same turn removed is stale.
    guard legs.generation(index) == UInt32(token >> 32) else { return }
    serve(index, control: token & 1 == 1)
  }

  /// - Returns: whether the thread is to end.
  private mutating func carryOutCommands() -> Bool {
    var stops = false
    for command in commands.takeAll() {
      if case .stop = command { stops = true } else { carryOut(command) }
    }
    published.streams.store(streams.count, ordering: .relaxed)
    return stops
  }

  /// Silence is looked for a few times in its configured length, progress too, and nothing without
  /// streams.
  private static func inspectionInterval(_ configuration: MediaConfiguration) -> Duration? {
    let lengths = [configuration.inactivity, configuration.progressInterval].compactMap { $0 }
    guard let shortest = lengths.min() else { return nil }
    let interval = shortest.wholeNanoseconds / 4
    return .nanoseconds(min(max(interval, shortestInspection), longestInspection))
  }

  private func timeout() -> Int32 {
    let inspection = inspectionInterval == nil || streams.isEmpty ? nil : nextInspection
    guard let next = Self.earliest(inspection, nextFrame) else { return -1 }
    let wait = (next - clock.now).wholeNanoseconds
    // The whole millisecond that is over when the moment has come.
    return Int32(clamping: (max(0, wait) + 999_999) / 1_000_000)
  }

  private static func earliest(_ first: Instant?, _ second: Instant?) -> Instant? {
    guard let first, let second else { return first ?? second }
    return min(first, second)
  }

  private mutating func inspectWhenDue() {
    guard let inspectionInterval, !streams.isEmpty else { return }
    let now = clock.now
    guard now >= nextInspection else { return }
    nextInspection = now + inspectionInterval
    if let inactivity = configuration.inactivity { inspect(now: now, inactivity: inactivity) }
    if let interval = configuration.progressInterval { tellProgress(now: now, interval: interval) }
  }
}

extension SourceLatch.Rules {
  fileprivate static func media(_ configuration: MediaConfiguration) -> SourceLatch.Rules {
    SourceLatch.Rules(
      packets: max(1, configuration.latchPackets),
      relearnAfter: configuration.relearnAfter.wholeNanoseconds, candidateIdle: 200_000_000,
      admitsStrangers: true)
  }

  /// RTCP comes every five seconds, give or take half (RFC 3550 §6.2), so its silences are longer
  /// and one packet must do: it only counts from where RTP or signalling point.
  fileprivate static func control(_ configuration: MediaConfiguration) -> SourceLatch.Rules {
    let silence = max(configuration.relearnAfter.wholeNanoseconds, 16_000_000_000)
    return SourceLatch.Rules(
      packets: 1, relearnAfter: silence, candidateIdle: 16_000_000_000,
      admitsStrangers: false)
  }
}
