import CallControl
import Glibc
import Journaling
import Logging
import Machines
import ServiceLifecycle
import Softswitch

/// The node as a service with a beginning and an end, and as the HTTP interface reads it.
actor SwitchService: Service {
  private let node: Node
  private let httpListens: AsyncStream<Void>
  private let httpSignal: AsyncStream<Void>.Continuation
  private var isServing = false
  private var listeners: [String] = []
  private var isLogFailing = false
  /// Of the subscribers that the exchange knows.
  private var revision: Int64

  init(node: Node) {
    self.node = node
    revision = node.subscribersRevision
    (httpListens, httpSignal) = AsyncStream.makeStream()
  }

  /// The HTTP interface, where there is one, is open: the node is not ready before.
  nonisolated func httpIsListening() {
    httpSignal.yield()
  }

  func run() async throws {
    let opened = try await node.transport.start(
      delegate: node.loop, adopting: node.sockets.listeners)
    listeners = opened.map { "\($0)" }
    node.keeper?.keep(listeners: node.transport.listening)
    _ = await node.transport.adopt(node.sockets.connections)
    node.loop.open()
    isServing = true
    if node.configuration.http != nil { for await _ in httpListens { break } }
    node.logger.notice(
      "ready",
      metadata: [
        "node": "\(node.configuration.node.name)", "sip": "\(listeners.joined(separator: " "))",
        "http": "\(node.configuration.http.map { "\($0.listen)" } ?? "none")",
      ])
    node.keeper?.ready()
    await cancelWhenGracefulShutdown { await self.housekeep() }
    isServing = false
    await stop()
  }

  /// Once a second: subscribers that another process changed, records that wait, old bindings.
  private func housekeep() async {
    var seconds = 0
    while !Task.isCancelled {
      reloadSubscribers()
      await beat()
      node.loop.records.retry()
      seconds += 1
      if seconds % 60 == 0 {
        node.store.removeExpiredBindings(before: node.clock.now.wall.nanoseconds) { _ in }
      }
      try? await Task.sleep(for: .seconds(1))
    }
  }

  /// The log's sign of life; says so when its disk begins to fail, and when it is well again.
  private func beat() async {
    let (before, after) = await node.loop.read { loop in
      let before = loop.exchange.log.journal.health
      loop.beat()
      return (before, loop.exchange.log.journal.health)
    }
    let wasFailing = isLogFailing
    isLogFailing = after != .healthy
    if isLogFailing, !wasFailing {
      node.logger.critical(
        "the call log cannot be written: calls would not outlive this process",
        metadata: ["fault": "\((after.text ?? before.text) ?? "unknown")"])
    } else if wasFailing, !isLogFailing {
      node.logger.notice("the call log is written again, with all calls in progress")
    }
  }

  private func reloadSubscribers() {
    do {
      let current = try node.store.subscribersRevision()
      guard revision != current else { return }
      let directory = try node.roster.directory()
      revision = current
      node.loop.hop { $0.exchange.directory = directory }
      node.logger.info("subscribers changed", metadata: ["subscribers": "\(directory.count)"])
    } catch {
      node.logger.error(
        "subscribers could not be read again; the old ones stay", metadata: ["error": "\(error)"])
    }
  }

  /// Ends the calls, waits a little for their media to be counted, and closes what is open.
  private func stop() async {
    if node.configuration.callLog.atStop == .hangUp { await hangUp() }
    await node.transport.stop()
    node.relay.shutdown()
    node.loop.records.flush()
    let patience = ContinuousClock.now + .seconds(2)
    while ContinuousClock.now < patience, node.loop.unwrittenRecords > 0 {
      node.loop.records.retry()
      try? await Task.sleep(for: .milliseconds(100))
    }
    node.store.close()
    await node.loop.closeLog(reason: "stopped")
    node.loop.records.logUnwritten()
    node.keeper?.goingDown()
  }

  /// Says BYE to everybody, and gives the parties a moment to answer and the media to be counted.
  private func hangUp() async {
    node.loop.hop { $0.exchange.hangUpAll(reason: "Shutdown", now: $0.clock.now) }
    let patience = ContinuousClock.now + .seconds(4)
    while ContinuousClock.now < patience, await node.loop.read({ $0.exchange.unfinishedCalls }) > 0
    {
      try? await Task.sleep(for: .milliseconds(50))
    }
  }

  /// Another process is ready to go on: it gets the connections, and finds the calls in the log.
  func handOver() async {
    node.logger.notice("handing over")
    await node.loop.hold()
    for connection in await node.transport.yieldConnections() {
      node.keeper?.keep(
        SocketName.connection + "\(connection.flow.remote) \(connection.flow.listener.index)",
        [connection.descriptor], payload: connection.payload)
    }
    await node.loop.closeLog(reason: "handed over", isHandOver: true)
    node.store.close()
    node.keeper?.handedOver()
    exit(0)
  }
}

extension SwitchService: NodeControl {
  var isReady: Bool {
    get async {
      guard isServing else { return false }
      return await !node.loop.read { $0.exchange.isDraining }
    }
  }

  func drain(_ isOn: Bool) async {
    await node.loop.read { $0.exchange.drain(isOn, now: $0.clock.now) }
    node.logger.notice(isOn ? "draining: no new calls" : "taking new calls again")
  }

  func upgrade() async throws {
    guard let keeper = node.keeper else { throw NoKeeper() }
    try await keeper.upgrade()
  }

  func status() async -> NodeStatus {
    let reading = await node.loop.read { loop in
      (
        calls: loop.exchange.callCount, registrations: loop.exchange.registrationCount,
        subscribers: loop.exchange.directory.count,
        failingServers: loop.exchange.failingServers, unwritten: loop.unwrittenRecords,
        isDraining: loop.exchange.isDraining, health: loop.exchange.log.journal.health,
        log: loop.exchange.log.journal.statistics
      )
    }
    let media = node.relay.counters
    return NodeStatus(
      node: node.configuration.node.name, region: node.configuration.node.region,
      zone: node.configuration.node.zone, version: tandemVersion,
      started: node.started.description, listeners: listeners, calls: reading.calls,
      registrations: reading.registrations, subscribers: reading.subscribers,
      failingServers: reading.failingServers,
      mediaPorts: .init(
        inUse: media.portsInUse, ready: media.portsReady, quarantined: media.portsQuarantined,
        unbound: media.portsUnbound),
      process: getpid(), keeper: node.keeper?.process, isDraining: reading.isDraining,
      durability: node.configuration.callLog.durability.rawValue,
      callLog: .init(
        directory: node.configuration.callLogDirectory, isFailing: reading.health != .healthy,
        fault: reading.health.text, segments: reading.log.segments,
        bytes: reading.log.retainedBytes, recoveredCalls: node.recovery.calls),
      unwrittenRecords: reading.unwritten)
  }

  func calls() async -> [CallSummary] {
    await node.loop.read { loop in loop.exchange.calls.map(CallSummary.init) }
  }

  func metrics() async -> String {
    let naming = await node.loop.read { loop in
      NamingMetrics(
        resolver: loop.resolving, failingServers: loop.exchange.failingServers,
        serverFailures: loop.exchange.serverFailures)
    }
    let (counters, calls, registrations, unwritten, log, health) = await node.loop.read { loop in
      (
        loop.exchange.counters, loop.exchange.callCount, loop.exchange.registrationCount,
        loop.unwrittenRecords, loop.exchange.log.journal.statistics,
        loop.exchange.log.journal.health
      )
    }
    return nodeMetrics(
      NodeMetrics(
        exchange: counters, calls: calls, registrations: registrations,
        unwrittenRecords: unwritten, media: node.relay.counters, store: node.store.metrics,
        transport: node.transport.statistics(), log: log, isLogFailing: health != .healthy,
        naming: naming))
  }
}

/// An upgrade needs somebody who holds the sockets meanwhile.
struct NoKeeper: Error, CustomStringConvertible {
  var description: String {
    "this node runs without a keeper (`tandem serve --alone`): stop it and start it again"
  }
}

extension Journal.Health {
  fileprivate var text: String? {
    switch self {
    case .healthy: nil
    case .failing(let fault, _): "\(fault)"
    case .mustRebase: "the disk is back; the calls are written down anew"
    }
  }
}
