import CallControl
import Machines
import MediaControl
import Softswitch

/// A media plane of one process: lends ports, counts what its streams carry, notices silence.
final class SimulatedMedia {
  /// Silence after which a stream says so.
  static let patience = Duration.seconds(20)
  private static let firstPort = 20_000
  private static let pairs = 400

  fileprivate struct Stream {
    var plan: StreamPlan
    var fromCaller: Int64 = 0
    var fromCallee: Int64 = 0
    /// When it last carried something, or was told something anew.
    var quietSince: Instant
    var lastPacket: Instant?
    var isSilent = false
  }

  private unowned let world: SimulatedWorld
  private var free: [UInt16]
  private(set) var lent: Set<UInt16> = []
  private var streams: [CallID: [Stream]] = [:]
  /// The calls with streams in the order in which they came.
  private var order: [CallID] = []

  init(_ world: SimulatedWorld) {
    self.world = world
    free = (0..<Self.pairs).map { UInt16(Self.firstPort + 2 * $0) }
    free.shuffle(using: &world.random)
  }

  var openStreams: Int { streams.values.reduce(0) { $0 + $1.count } }

  // MARK: Ports

  func reserve() -> PortPair? {
    guard let port = free.popLast() else { return nil }
    if !lent.insert(port).inserted { world.violate(.portLentTwice, "\(port)") }
    return PortPair(rtp: port)
  }

  func claim(_ ports: PortPair) -> Bool {
    guard let place = free.firstIndex(of: ports.rtp) else {
      world.violate(.portLentTwice, "\(ports.rtp) belongs to two calls of the log")
      return false
    }
    free.remove(at: place)
    lent.insert(ports.rtp)
    return true
  }

  func release(_ ports: [PortPair]) {
    for pair in ports {
      guard lent.remove(pair.rtp) != nil else {
        world.violate(.portNotLent, "\(pair.rtp)")
        continue
      }
      free.insert(pair.rtp, at: 0)
    }
  }

  // MARK: Streams

  func open(_ call: CallID, _ plans: [StreamPlan]) {
    if streams[call] == nil { order.append(call) }
    let old = streams[call] ?? []
    streams[call] = plans.enumerated().map { index, plan in
      for port in [plan.caller.ports, plan.callee?.ports].compactMap({ $0?.rtp })
      where !lent.contains(port) {
        world.violate(.portNotLent, "\(port) carries a stream of \(call)")
      }
      var stream = index < old.count ? old[index] : Stream(plan: plan, quietSince: world.time)
      stream.plan = plan
      stream.quietSince = world.time
      stream.isSilent = false
      return stream
    }
  }

  /// The last words of the call's streams.
  func close(_ call: CallID, streams count: Int) -> [MediaReport] {
    let open = streams.removeValue(forKey: call) ?? []
    order.removeAll { $0 == call }
    if open.count != count {
      world.violate(.streamsMiscounted, "\(open.count) open, \(count) closed of \(call)")
    }
    return open.map(\.report)
  }

  /// A second has passed: what the streams have to say.
  func second() -> [(call: CallID, notice: Notice)] {
    var notices: [(CallID, Notice)] = []
    for call in order {
      guard var open = streams[call] else { continue }
      let wereSilent = open.allSatisfy(\.isSilent)
      for index in open.indices { carry(&open[index]) }
      streams[call] = open
      if world.random.chance(0.2) {
        for stream in open { notices.append((call, .progress(stream.report, stream.lastPacket))) }
      }
      if !wereSilent, open.allSatisfy(\.isSilent) { notices.append((call, .inactive)) }
    }
    return notices
  }

  enum Notice {
    case progress(MediaReport, Instant?)
    case inactive
  }

  private func carry(_ stream: inout Stream) {
    let caller = isSpeaking(stream.plan.caller)
    let callee = stream.plan.callee.map(isSpeaking) ?? caller
    if caller { stream.fromCaller += 50 }
    if callee { stream.fromCallee += 50 }
    if caller || callee {
      (stream.quietSince, stream.lastPacket, stream.isSilent) = (world.time, world.time, false)
    } else if world.time - stream.quietSince >= Self.patience {
      stream.isSilent = true
    }
  }

  private func isSpeaking(_ end: StreamEnd) -> Bool {
    end.remote?.rtp.flatMap { world.speakers[$0] }?.isSpeaking ?? false
  }
}

extension SimulatedMedia.Stream {
  fileprivate var report: MediaReport {
    MediaReport(
      stream: plan.index, fromCaller: MediaQuality(packets: fromCaller, octets: fromCaller * 160),
      fromCallee: MediaQuality(packets: fromCallee, octets: fromCallee * 160))
  }
}
