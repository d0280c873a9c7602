import CallControl
import Foundation
import Glibc
import Journaling
import Logging
import Machines
import ServiceLifecycle
import Softswitch
import Supervision

/// The node as a service with a beginning and an end, and as the HTTP interface reads it.
actor SwitchService: Service {
  let node: Node
  private let httpListens: AsyncStream<Void>
  private let httpSignal: AsyncStream<Void>.Continuation
  private var isServing = false
  var listeners: [String] = []
  private var isLogFailing = false
  /// Of the subscribers that the exchange knows.
  var revision: Int64
  var roster: SubscriberRoster
  /// What new connections are made with.
  var certificate: NodeCertificate?
  private let hangups: HangupSignals
  private var lastReading: Task<Void, Never>?

  init(node: Node, _ hangups: HangupSignals) {
    self.node = node
    self.hangups = hangups
    revision = node.subscribersRevision
    roster = node.roster
    certificate = node.certificate
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
    tellReady()
    keepApplied(node.source)
    await cancelWhenGracefulShutdown {
      await withTaskGroup { group in
        group.addTask { await self.housekeep() }
        group.addTask {
          for await _ in self.hangups.received { _ = try? await self.reload(isTrial: false) }
        }
      }
    }
    isServing = false
    await stop()
  }

  /// Once a second: subscribers that another process changed, records that wait, old bindings.
  private func housekeep() async {
    var seconds = 0
    while !Task.isCancelled {
      await reloadSubscribers()
      await beat()
      giveSign()
      node.loop.records.retry()
      seconds += 1
      if seconds % 60 == 0 {
        let now = node.clock.now.wall.nanoseconds
        node.store.removeExpiredBindings(before: now) { _ in }
        node.store.removeExpiredState(before: now) { _ in }
      }
      try? await Task.sleep(for: .seconds(1))
    }
  }

  /// Tells the keeper, or without one the service manager.
  private func tellReady() {
    if let keeper = node.keeper { return keeper.ready() }
    NotifySocket(environment: ProcessInfo.processInfo.environment)?.tell("READY=1")
  }

  private func giveSign() {
    if let keeper = node.keeper { return keeper.alive() }
    NotifySocket(environment: ProcessInfo.processInfo.environment)?.tell("WATCHDOG=1")
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

  /// Subscribers that somebody has changed in the database are in effect when this returns.
  private func reloadSubscribers() async {
    await afterOtherReadings { await self.readSubscribersAgain() }
  }

  /// One after the other: nobody returns while another's reading is not in effect yet, and none
  /// brings back what a later one has replaced.
  func afterOtherReadings<Value: Sendable>(
    _ body: @escaping @Sendable () async -> Value
  ) async -> Value {
    let before = lastReading
    let task = Task {
      await before?.value
      return await body()
    }
    lastReading = Task { _ = await task.value }
    return await task.value
  }

  private func readSubscribersAgain() async {
    do {
      let current = try node.store.subscribersRevision()
      guard revision != current else { return }
      let directory = try roster.directory()
      revision = current
      let old = await node.loop.change { loop in
        defer { loop.exchange.directory = directory }
        return loop.exchange.directory
      }
      await removeBindings(ofThoseIn: old, butNotIn: directory)
      node.logger.info("subscribers changed", metadata: ["subscribers": "\(directory.count)"])
    } catch {
      node.logger.error(
        "subscribers could not be read again; the old ones stay", metadata: ["error": "\(error)"])
    }
  }

  /// Those who are gone; should one of them be added again, it begins without.
  func removeBindings(
    ofThoseIn old: SubscriberDirectory, butNotIn new: SubscriberDirectory
  ) async {
    for address in old.addresses.subtracting(new.addresses) {
      _ = await removeBindings(of: address, contact: nil)
    }
  }

  private func removeBindings(
    of address: AddressOfRecord, contact: String?
  ) async -> BindingRemovalOutcome {
    await withCheckedContinuation { continuation in
      node.loop.hop { loop in
        loop.exchange.removeBindings(of: address, contact: contact, now: loop.clock.now) {
          continuation.resume(returning: $0)
        }
      }
    }
  }

  /// Ends the calls, waits a little for their media to be counted, and closes what is open.
  private func stop() async {
    if node.running.current.callLog.atStop == .hangUp { await hangUp() }
    await node.transport.stop()
    node.relay.shutdown()
    node.loop.records.flush()
    let patience = ContinuousClock.now + .seconds(2)
    while ContinuousClock.now < patience, node.loop.unwrittenRecords > 0 {
      node.loop.records.retry()
      try? await Task.sleep(for: .milliseconds(100))
    }
    node.store.close()
    AppliedConfiguration(store: node.configuration.store.path).remove()
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

  func callIDs() async -> [CallID] {
    await node.loop.read { $0.exchange.callIDs }
  }

  func calls(_ ids: [CallID]) async -> [CallSummary] {
    var calls: [CallSummary] = []
    // A few at a time: the loop has calls to connect in between.
    for start in stride(from: 0, to: ids.count, by: 64) {
      let some = ids[start..<min(start + 64, ids.count)]
      calls += await node.loop.read { loop in
        some.compactMap { loop.exchange.call($0) }.map(CallSummary.init)
      }
    }
    return calls
  }

  func hangUp(_ call: CallID) async -> CallSummary? {
    await node.loop.change { loop in
      loop.exchange.hangUp(call, reason: "Hung up by operator", now: loop.clock.now)
        .map(CallSummary.init)
    }
  }

  func removeBinding(
    _ contact: String, of address: AddressOfRecord
  ) async -> BindingRemovalOutcome {
    await removeBindings(of: address, contact: contact)
  }

  func presence(of address: AddressOfRecord) async -> SubscriberPresence? {
    await node.loop.read { $0.exchange.presence(of: address, now: $0.clock.now) }
  }

  func forgetMessage(_ id: String, of recipient: AddressOfRecord) async -> Bool {
    await withCheckedContinuation { continuation in
      node.loop.hop { loop in
        loop.exchange.forgetMessage(id, of: recipient, now: loop.clock.now) {
          continuation.resume(returning: $0)
        }
      }
    }
  }

  func refresh() async { await reloadSubscribers() }

  func metrics() async -> String {
    let reading = await node.loop.read { loop in
      (
        counters: loop.exchange.counters, calls: loop.exchange.callCount,
        registrations: loop.exchange.registrationCount, unwritten: loop.unwrittenRecords,
        subscriptions: loop.exchange.subscriptionCount,
        publications: loop.exchange.publicationCount,
        keptMessages: loop.exchange.keptMessageCount,
        held: loop.exchange.heldCallCount, timers: loop.exchange.callTimerCount,
        log: loop.exchange.log.journal.statistics, health: loop.exchange.log.journal.health,
        isDraining: loop.exchange.isDraining, subscribers: loop.exchange.directory.count,
        naming: NamingMetrics(
          resolver: loop.resolving, failingServers: loop.exchange.failingServers,
          serverFailures: loop.exchange.serverFailures)
      )
    }
    return nodeMetrics(
      NodeMetrics(
        exchange: reading.counters, calls: reading.calls, heldCalls: reading.held,
        callTimers: reading.timers, registrations: reading.registrations,
        subscriptions: reading.subscriptions, publications: reading.publications,
        keptMessages: reading.keptMessages,
        unwrittenRecords: reading.unwritten, media: node.relay.counters,
        store: node.store.metrics, transport: node.transport.statistics(), log: reading.log,
        isLogFailing: reading.health != .healthy, isDraining: reading.isDraining,
        subscribers: reading.subscribers, recoveredCalls: node.recovery.calls,
        process: ProcessReading(started: node.started), naming: reading.naming))
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
