import Addressing
import Glibc
import MediaControl
import Synchronization

/// The pairs of ports, each from unbound over ready, reserved and quarantined to ready again.
///
/// A thread of the pool's own binds ahead and empties what has served its quarantine, so that
/// handing a pair out costs a queue operation and two reads that find nothing. Descriptors are closed by this type only, and only
/// when no media thread holds the pair: an attached pair counts its holds, and enters quarantine
/// when it is released and the last hold is gone, whichever comes last.
final class PortPool: Sendable {
  private let ledger: Mutex<PortLedger>
  private let wake: WakeSignal
  private let address: IPAddress
  private let isDual: Bool
  private let bufferBytes: Int
  private let firstPort: UInt16
  private let boundAhead: Int
  private let quarantine: Duration
  private let onBound: OnBound
  private let thread = Mutex<SystemThread?>(nil)

  /// Ports of other programs are tried again after this.
  private static let retry = Duration.seconds(1)
  /// Milliseconds that a quarantine may last longer.
  private static let grain: Int64 = 50
  /// Pairs that `reserve()` tries to bind itself when the pool ran dry in a burst.
  private static let attemptsWhenDry = 16
  /// A tenth of a millisecond each, while the pool's thread is at the pair.
  private static let claimAttempts = 10_000

  /// Told of each pair when it is first bound, with the descriptors of its sockets.
  typealias OnBound = @Sendable (PortPair, _ rtp: Int32, _ rtcp: Int32) -> Void

  let capacity: Int

  init(
    _ configuration: MediaConfiguration, adopting adopted: [PortPair: AdoptedSockets],
    onBound: @escaping OnBound
  ) throws(MediaPlaneFault) {
    let first = Int(configuration.ports.lowerBound) + Int(configuration.ports.lowerBound) % 2
    capacity = (Int(configuration.ports.upperBound) - first + 1) / 2
    guard first > 0, capacity > 0 else {
      throw .configuration("the port range holds no even port with a successor")
    }
    firstPort = UInt16(first)
    address = configuration.bindAddress
    isDual = configuration.isDual
    bufferBytes = configuration.socketBufferBytes
    boundAhead = min(max(1, configuration.reserve), capacity)
    quarantine = configuration.quarantine
    self.onBound = onBound
    wake = try WakeSignal()
    // A shuffled range keeps strangers from knowing the next call's port. A range larger than the
    // descriptors allow is used in part, so that binding never fails for want of one.
    let pairs = Self.usable(adopted, configuration, firstPort: firstPort)
    let taken = Set(pairs.map(\.index))
    let order = (0..<capacity).shuffled().lazy.filter { !taken.contains($0) }
      .prefix(max(0, DescriptorLimit.affordablePairs - pairs.count))
    var ledger = PortLedger(capacity: capacity, order: order)
    for pair in pairs {
      pair.empty()
      ledger.putBound(pair, at: pair.index)
    }
    self.ledger = Mutex(ledger)
    try checkAddress()
    _ = fill()
    guard self.ledger.withLock({ !$0.ready.isEmpty }) else { throw .noPorts }
    let thread = try SystemThread(name: "media-ports") { [self] in maintain() }
    self.thread.withLock { $0 = thread }
  }

  /// A bound pair, or nil when the whole range is in use.
  ///
  /// When nothing else is left, the pair that has been in quarantine for longest is taken: a busy
  /// range has shorter quarantines rather than fewer calls.
  func reserve() -> PortPair? {
    let (ready, isLow) = ledger.withLock { ledger in
      (ledger.takeReady(), ledger.ready.count <= boundAhead / 2)
    }
    if isLow { wake.raise() }
    if let ready {
      // Whoever had these ports before may not have noticed the end of his call.
      ready.empty()
      return ports(ready.index)
    }
    return (bindNow() ?? reuseOldest()).map(ports)
  }

  /// Reserves this very pair.
  ///
  /// - Returns: false if it is in use, outside of the range, or bound by another program.
  func claim(_ ports: PortPair) -> Bool {
    guard let index = index(of: ports) else { return false }
    for _ in 0..<Self.claimAttempts {
      switch ledger.withLock({ $0.claim(index) }) {
      case .bound(let pair):
        pair.empty()
        ledger.withLock { $0.putReserved(pair, at: index) }
        return true
      case .unbound:
        guard let pair = bindPair(index) else {
          ledger.withLock { $0.putUnbound(index) }
          return false
        }
        ledger.withLock { $0.putReserved(pair, at: index) }
        return true
      case .busy:
        usleep(100)
      case .refused:
        return false
      }
    }
    return false
  }

  /// Ends the reservation. Ports that are not reserved are left alone.
  func release(_ ports: PortPair) {
    guard let index = index(of: ports) else { return }
    let deadline = ContinuousClock.now + quarantine
    let isFirst = ledger.withLock { $0.release(index, until: deadline) }
    if isFirst { wake.raise() }
  }

  /// Lends a reserved pair to a stream: each call is a hold, to be given back by `detach`. Nil
  /// when the pair is not reserved, was released, or belongs to another stream.
  func attach(_ ports: PortPair, to stream: StreamID) -> BoundPair? {
    guard let index = index(of: ports) else { return nil }
    return ledger.withLock { $0.attach(index, to: stream) }
  }

  /// Gives one hold back. The caller no longer touches the descriptors unless it has another.
  func detach(_ index: Int) {
    let deadline = ContinuousClock.now + quarantine
    let isFirst = ledger.withLock { $0.detach(index, until: deadline) }
    if isFirst { wake.raise() }
  }

  func count(into counters: inout MediaCounters) {
    ledger.withLock { ledger in
      counters.portsReady = ledger.ready.count
      counters.portsQuarantined = ledger.quarantined.count
      counters.portsUnbound = ledger.unbound.count
      counters.portsInUse = ledger.inUse
    }
  }

  /// Stops the pool's thread and closes every descriptor. The media threads have ended before.
  func shutdown() {
    let wasStopped = ledger.withLock { ledger in
      defer { ledger.stopped = true }
      return ledger.stopped
    }
    guard !wasStopped else { return }
    wake.raise()
    thread.withLock { $0 }?.join()
    let pairs = ledger.withLock { $0.removeAll() }
    pairs.forEach(closePair)
  }
}

// MARK: - The pool's thread

extension PortPool {
  private func maintain() {
    while true {
      let expired = ledger.withLock { $0.takeExpired(now: ContinuousClock.now) }
      for pair in expired {
        pair.empty()
        ledger.withLock { $0.putBound(pair, at: pair.index) }
      }
      let isFull = fill()
      let (stopped, deadline) = ledger.withLock { ($0.stopped, $0.nextExpiry) }
      if stopped { return }
      // Rounded up: many calls end in such a while, and their ports are put back together.
      var timeout = deadline.map { max(.zero, $0 - ContinuousClock.now).milliseconds + Self.grain }
      if !isFull { timeout = min(timeout ?? .max, Self.retry.milliseconds) }
      wake.wait(timeout: timeout.map { Int32(clamping: $0) } ?? -1)
    }
  }

  /// Binds until the reserve is full, passing over the range once at most.
  ///
  /// - Returns: whether it is worth sleeping until something changes: the reserve is full, or no
  ///   unbound pair is left to try.
  private func fill() -> Bool {
    var attempts = ledger.withLock { $0.unbound.count }
    while attempts > 0 {
      let next = ledger.withLock { ledger -> Int? in
        guard !ledger.stopped, ledger.ready.count < boundAhead else { return nil }
        return ledger.takeUnbound()
      }
      guard let next else { return true }
      let pair = bindPair(next)
      ledger.withLock { $0.putBound(pair, at: next) }
      attempts -= 1
    }
    return ledger.withLock { $0.ready.count >= boundAhead || $0.unbound.isEmpty }
  }

  private func bindNow() -> Int? {
    for _ in 0..<Self.attemptsWhenDry {
      guard let next = ledger.withLock({ $0.takeUnbound() }) else { return nil }
      guard let pair = bindPair(next) else {
        ledger.withLock { $0.putUnbound(next) }
        continue
      }
      ledger.withLock { $0.putReserved(pair, at: next) }
      return next
    }
    return nil
  }

  private func reuseOldest() -> Int? {
    guard let old = ledger.withLock({ $0.takeQuarantined() }) else { return nil }
    old.empty()
    ledger.withLock { $0.putReserved(old, at: old.index) }
    return old.index
  }

  private func bindPair(_ index: Int) -> BoundPair? {
    let ports = ports(index)
    guard
      case .success(let rtp) = MediaSocket.open(
        IPEndpoint(address, ports.rtp), isDual: isDual, bufferBytes: bufferBytes)
    else { return nil }
    guard
      case .success(let rtcp) = MediaSocket.open(
        IPEndpoint(address, ports.rtcp), isDual: isDual, bufferBytes: bufferBytes)
    else {
      close(rtp)
      return nil
    }
    onBound(ports, rtp, rtcp)
    return BoundPair(index: index, rtp: rtp, rtcp: rtcp)
  }

  private func closePair(_ pair: BoundPair) {
    close(pair.rtp)
    close(pair.rtcp)
  }

  /// Sockets of an earlier process that are what they are taken for; the others are closed.
  private static func usable(
    _ adopted: [PortPair: AdoptedSockets], _ configuration: MediaConfiguration, firstPort: UInt16
  ) -> [BoundPair] {
    adopted.compactMap { ports, sockets in
      let isUsable =
        ports.rtp >= firstPort && configuration.ports.contains(ports.rtcp)
        && MediaSocket.isBound(sockets.rtp, to: IPEndpoint(configuration.bindAddress, ports.rtp))
        && MediaSocket.isBound(sockets.rtcp, to: IPEndpoint(configuration.bindAddress, ports.rtcp))
      guard isUsable else {
        close(sockets.rtp)
        close(sockets.rtcp)
        return nil
      }
      return BoundPair(
        index: Int(ports.rtp - firstPort) / 2, rtp: sockets.rtp, rtcp: sockets.rtcp)
    }
  }

  /// An address that is not this machine's would otherwise look like a range of taken ports.
  private func checkAddress() throws(MediaPlaneFault) {
    switch MediaSocket.open(IPEndpoint(address, 0), isDual: isDual, bufferBytes: bufferBytes) {
    case .success(let descriptor): close(descriptor)
    case .failure(let fault): throw .address(address, fault.code)
    }
  }

  private func ports(_ index: Int) -> PortPair {
    PortPair(rtp: firstPort + UInt16(2 * index))
  }

  private func index(of ports: PortPair) -> Int? {
    guard ports.rtp >= firstPort, ports.rtp % 2 == 0 else { return nil }
    let index = Int(ports.rtp - firstPort) / 2
    return index < capacity ? index : nil
  }
}

extension BoundPair {
  fileprivate func empty() {
    MediaSocket.empty(rtp)
    MediaSocket.empty(rtcp)
  }
}

extension Duration {
  fileprivate var milliseconds: Int64 {
    components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
  }
}
