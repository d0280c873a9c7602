import Addressing
import Glibc
import Machines
import MediaControl
import Synchronization

@testable import MediaPlane

final class RelayBench: Sendable {
  let relay: MediaRelay
  static let loopback = IPAddress.v4(0x7F00_0001)

  private final class Catch: Sendable {
    let notices = Mutex<[MediaNotice]>([])
    let isPaused = Atomic(false)
    let bound = Mutex<[(PortPair, AdoptedSockets)]>([])
  }

  private let box: Catch

  init(
    pairs: Int = 8, threads: Int = 1, quarantine: Duration = .milliseconds(50),
    inactivity: Duration? = nil, progress: Duration? = nil,
    relearnAfter: Duration = .milliseconds(200),
    address: IPAddress = RelayBench.loopback, isDual: Bool = false,
    ports: ClosedRange<UInt16>? = nil,
    adopting adopted: [PortPair: AdoptedSockets] = [:]
  ) throws {
    let box = Catch()
    self.box = box
    relay = try MediaRelay(
      MediaConfiguration(
        bindAddress: address, isDual: isDual, ports: ports ?? Self.freshRange(pairs: pairs),
        threads: threads, reserve: 4, quarantine: quarantine, inactivity: inactivity,
        progressInterval: progress,
        relearnAfter: relearnAfter),
      clock: MediaClock(steadyNow: Instant(nanoseconds: 1_000_000_000_000)), adopting: adopted,
      onBound: { ports, rtp, rtcp in
        box.bound.withLock { $0.append((ports, AdoptedSockets(rtp: rtp, rtcp: rtcp))) }
      },
      onNotice: { notice in
        box.notices.withLock { $0.append(notice) }
        while box.isPaused.load(ordering: .acquiring) { usleep(1000) }
      })
  }

  deinit {
    resume()
    relay.shutdown()
  }

  /// Ports that are all free, below those that the system gives out, and apart for each test and
  /// (mostly) for each process.
  static func freshRange(pairs: Int) -> ClosedRange<UInt16> {
    let base = 10_000 + Int(getpid()) % 8 * 2_700
    while true {
      let start = nextPort.wrappingAdd(2 * pairs, ordering: .relaxed).oldValue % 2_600
      let range = UInt16(base + start)...UInt16(base + start + 2 * pairs - 1)
      let phones = range.compactMap { try? Phone(port: $0) }
      if phones.count == range.count { return range }
    }
  }

  private static let nextPort = Atomic<Int>(0)

  var notices: [MediaNotice] { box.notices.withLock { $0 } }

  /// The pairs in the order in which they were bound.
  var bound: [PortPair] { box.bound.withLock { $0.map(\.0) } }

  /// What a keeper would hold: other descriptors of the sockets.
  func kept() -> [PortPair: AdoptedSockets] {
    box.bound.withLock { bound in
      Dictionary(
        bound.map { ($0, AdoptedSockets(rtp: dup($1.rtp), rtcp: dup($1.rtcp))) },
        uniquingKeysWith: { first, _ in first })
    }
  }

  func report(_ stream: StreamID) -> StreamReport? {
    var found: StreamReport?
    _ = eventually {
      for case .report(stream, let report) in self.notices { found = report }
      return found != nil
    }
    return found
  }

  func close(_ stream: StreamID) -> StreamReport? {
    relay.close(stream)
    return report(stream)
  }

  /// Ports for a party at an endpoint, whose RTCP is on the port above.
  func termination(
    _ endpoint: IPEndpoint?, rtcp: IPEndpoint? = nil, sends: Bool = true, receives: Bool = true,
    isRTP: Bool = true, signalling: IPAddress? = RelayBench.loopback
  ) throws -> Termination {
    guard let ports = relay.reserve() else { throw SocketFault(code: EADDRINUSE) }
    let remote = endpoint.map {
      RemoteMedia(rtp: $0, rtcp: rtcp, sends: sends, receives: receives, isRTP: isRTP)
    }
    return Termination(ports: ports, remote: remote, signallingSource: signalling)
  }

  /// Keeps the media thread (there is one) in the handler of a notice until `resume`.
  func pause() {
    box.isPaused.store(true, ordering: .releasing)
    settle()
  }

  func resume() {
    box.isPaused.store(false, ordering: .releasing)
  }

  /// Waits until the media thread has carried out all that was asked so far.
  func settle() {
    let marker = StreamID(value: .random(in: (1 << 40)...(1 << 41)))
    _ = close(marker)
  }
}

/// Waits up to five seconds for a condition.
func eventually(_ condition: () -> Bool) -> Bool {
  for _ in 0..<1000 {
    if condition() { return true }
    usleep(5000)
  }
  return condition()
}
