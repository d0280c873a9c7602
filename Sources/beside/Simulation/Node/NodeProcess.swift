import Addressing
import CallControl
import Journaling
import Machines
import MediaControl
import SIP
import Softswitch

/// One process of the node: a real exchange with its log, and around it what the event loop is in
/// production. Messages that arrive in one tick are followed by one `tickEnded`; what is sent
/// leaves at the flush behind it.
final class NodeProcess {
  struct Outgoing {
    let bytes: [UInt8]
    let flow: Flow
    let receipt: SendReceipt?
    /// The disk worked when the exchange let it go.
    let isPromised: Bool
  }

  unowned let node: SimulatedNode
  unowned let world: SimulatedWorld
  let disk: ProcessDisk
  let media: SimulatedMedia
  var exchange: Exchange! = nil
  private(set) var isAlive = true
  private var outgoing: [Outgoing] = []
  private var awaitsTick = false
  private var timer: Instant?
  /// Records that the database has refused so far.
  private var refused: [(call: CallID, records: [CallRecord])] = []
  private(set) var unwritten = 0
  let recoveries: Int
  /// Timers that a mutation has forgotten: those that stood at the start.
  var forgetsTimers = false

  init(_ node: SimulatedNode, disk: ProcessDisk, recoveries: Int) {
    self.node = node
    self.disk = disk
    self.recoveries = recoveries
    world = node.world
    media = SimulatedMedia(node.world)
  }

  func end() {
    isAlive = false
    disk.isAlive = false
  }

  /// Runs something unless the process has ended meanwhile.
  func later(_ delay: Duration, _ body: @escaping (NodeProcess) -> Void) {
    world.after(delay) { [self] in if isAlive { body(self) } }
  }

  // MARK: Ticks

  func receive(_ bytes: [UInt8], from source: IPEndpoint) {
    exchange.received(bytes, from: SimulatedNode.flow(source), now: world.now)
    node.passed(.message, self)
    scheduleTick()
  }

  func scheduleTick() {
    guard isAlive, !awaitsTick else { return }
    awaitsTick = true
    later(world.random.duration(.microseconds(5) ... .microseconds(400))) { process in
      process.awaitsTick = false
      process.endTick()
    }
  }

  func endTick() {
    exchange.tickEnded(now: world.now)
    guard isAlive else { return }
    flush()
    guard isAlive else { return }
    node.noteHealth(of: self)
    armTimer()
  }

  private func flush() {
    let leaving = outgoing
    outgoing = []
    for item in leaving {
      node.passed(.datagram, self)
      guard isAlive else { return }
      node.watch.leaves(item, exchange)
      world.network.send(item.bytes, from: SimulatedNode.endpoint, to: item.flow.remote)
    }
  }

  private func armTimer() {
    guard let due = exchange.nextDeadline else { return }
    if let timer, timer <= due { return }
    timer = due
    world.at(due) { [self] in
      guard isAlive, timer == due else { return }
      timer = nil
      exchange.timePassed(now: world.now)
      scheduleTick()
    }
  }

  /// Once a second.
  func beat() {
    disk.writeWithheld()
    exchange.heartbeat(now: world.now)
    guard isAlive else { return }
    node.noteHealth(of: self)
    node.watch.inspect(self)
    let again = refused
    refused = []
    for item in again { write(item.records, of: item.call) }
    for (call, notice) in media.second() { take(notice, of: call) }
    scheduleTick()
    later(.seconds(1)) { $0.beat() }
  }

  private func take(_ notice: SimulatedMedia.Notice, of call: CallID) {
    switch notice {
    case .progress(let report, let lastPacket):
      exchange.mediaProgressed(
        report, lastPacket: lastPacket.map { WallTime(nanoseconds: $0.nanoseconds) }, for: call,
        now: world.now)
    case .inactive:
      world.write("media of \(call) is silent")
      exchange.mediaInactive(call, now: world.now)
    }
  }

  func logCommitted() {
    guard isAlive else { return }
    node.watch.inspect(self)
    exchange.letGo(now: world.now)
    scheduleTick()
  }

  private func write(_ records: [CallRecord], of call: CallID) {
    unwritten += 1
    node.database.save(records) { [self] isDone in
      guard isAlive else { return }
      unwritten -= 1
      guard isDone else { return refused.append((call, records)) }
      exchange.recordsSaved(of: call)
      scheduleTick()
    }
  }

  var hasUnwrittenRecords: Bool { unwritten > 0 || !refused.isEmpty }
}

extension NodeProcess: ExchangeOutlet {
  func send(
    _ bytes: [UInt8], to flow: Flow, serverName: String?, receipt: SendReceipt?
  ) {
    guard isAlive else { return }
    outgoing.append(
      Outgoing(
        bytes: bytes, flow: flow, receipt: receipt,
        isPromised: exchange.log.journal.health == .healthy))
  }

  func locate(_ query: ServerQuery, ticket: LocationTicket) {
    guard isAlive else { return }
    let servers = world.names[query.host]
    later(world.random.duration(.microseconds(200) ... .milliseconds(80))) { process in
      let location = servers.map {
        ServerLocation.found($0, domain: query.host, lifetime: .seconds(60))
      }
      process.exchange.located(ticket, location ?? .notFound(.unknown), now: process.world.now)
      process.scheduleTick()
    }
  }

  func reservePorts() -> PortPair? { isAlive ? media.reserve() : nil }
  func claim(_ ports: PortPair) -> Bool { media.claim(ports) }
  func release(_ ports: [PortPair]) { if isAlive { media.release(ports) } }
  func relay(_ call: CallID, _ plans: [StreamPlan]) { if isAlive { media.open(call, plans) } }
  func echo(_ call: CallID, _ plans: [StreamPlan]) { if isAlive { media.open(call, plans) } }

  func play(_ call: CallID, _ programme: CallProgramme, _ plans: [PlayPlan]) {
    guard isAlive else { return }
    media.open(
      call, plans.map { StreamPlan(index: $0.index, caller: $0.caller, callee: nil) })
  }

  func closeMedia(_ call: CallID, streams: Int) {
    guard isAlive else { return }
    for report in media.close(call, streams: streams) {
      later(world.random.duration(.microseconds(100) ... .milliseconds(50))) { process in
        process.exchange.mediaReported(report, for: call, now: process.world.now)
        process.scheduleTick()
      }
    }
  }

  func save(_ changes: [BindingEvent], ticket: SaveTicket) {
    guard isAlive else { return }
    node.database.save(changes) { [self] isDone in
      guard isAlive else { return }
      exchange.bindingsSaved(ticket, isOnRecord: isDone)
      scheduleTick()
    }
  }

  func save(_ changes: [RecordedChange], ticket: SaveTicket) {
    guard isAlive else { return }
    node.database.save(changes) { [self] isDone in
      guard isAlive else { return }
      exchange.changesSaved(ticket, isOnRecord: isDone, now: world.now)
      scheduleTick()
    }
  }

  func fetchMessages(for recipient: AddressOfRecord) {
    guard isAlive else { return }
    node.database.fetchMessages(for: recipient) { [self] found in
      guard isAlive else { return }
      exchange.messagesFetched(for: recipient, found, now: world.now)
      scheduleTick()
    }
  }

  func save(_ records: [CallRecord], of call: CallID) {
    guard isAlive else { return }
    guard node.mutation == .doubleRecord, recoveries > 0 else { return write(records, of: call) }
    let renamed = records.map { record in
      var record = record
      record.id += "r\(recoveries)"
      return record
    }
    write(renamed, of: call)
  }
}
