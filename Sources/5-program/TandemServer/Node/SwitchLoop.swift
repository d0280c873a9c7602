import CallControl
import Logging
import Machines
import MediaControl
import MediaPlane
import NIOCore
import SIP
import SIPTransport
import Softswitch
import Storage

/// The event loop's side of the exchange: gives it messages and time, does what it asks.
///
/// Everything but the initialiser and `hop` runs on the loop, which is asserted; that is why it
/// may be `@unchecked Sendable`.
final class SwitchLoop: @unchecked Sendable {
  let eventLoop: any EventLoop
  let clock: NodeClock
  let logger: Logger
  private let transport: SIPTransport
  private let relay: MediaRelay
  let records: CallRecordWriter
  private let savedRecords: Mailbox<CallID>
  private let notices: Mailbox<MediaNotice>
  private let savedBindings: Mailbox<(SaveTicket, Bool)>
  private let savedChanges: Mailbox<(SaveTicket, Bool)>
  private let fetchedMessages: Mailbox<(AddressOfRecord, [InstantMessage]?)>
  private let store: Store
  private var services: ServiceBook
  private let finder: ServerFinder
  private(set) var exchange: Exchange!
  /// The sockets are open: what is decided may leave.
  private var isOpen = false
  private var timer: (due: Instant, task: Scheduled<Void>)?
  private var receipts = ReceiptRing(capacity: 16_384)
  private var streams = StreamRegister()

  init(
    transport: SIPTransport, finder: ServerFinder, relay: MediaRelay, store: Store,
    clock: NodeClock, services: ServiceBook, logger: Logger, reference: LoopReference
  ) {
    eventLoop = transport.eventLoops[0]
    self.transport = transport
    self.relay = relay
    self.store = store
    self.finder = finder
    self.clock = clock
    self.services = services
    self.logger = logger
    savedRecords = Mailbox { reference.loop?.hop { $0.noteSaved() } }
    notices = Mailbox { reference.loop?.hop { $0.noteNotices() } }
    savedBindings = Mailbox { reference.loop?.hop { $0.noteSaved() } }
    savedChanges = Mailbox { reference.loop?.hop { $0.noteSaved() } }
    fetchedMessages = Mailbox { reference.loop?.hop { $0.noteSaved() } }
    records = CallRecordWriter(store: store, logger: logger, saved: savedRecords)
    reference.loop = self
  }

  private func noteSaved() {
    for call in savedRecords.takeAll() { exchange.recordsSaved(of: call) }
    for (ticket, isOnRecord) in savedBindings.takeAll() {
      exchange.bindingsSaved(ticket, isOnRecord: isOnRecord)
    }
    for (ticket, isOnRecord) in savedChanges.takeAll() {
      exchange.changesSaved(ticket, isOnRecord: isOnRecord, now: clock.now)
    }
    for (recipient, found) in fetchedMessages.takeAll() {
      exchange.messagesFetched(for: recipient, found, now: clock.now)
    }
  }

  /// The sockets are open: what recovered calls have to say leaves.
  func open() {
    hop { $0.isOpen = true }
  }

  /// Once a second.
  func beat() {
    guard isOpen else { return }
    exchange.heartbeat(now: clock.now)
    armTimer()
    transport.scheduleTick(on: 0)
  }

  /// The log's disk has caught up.
  func logCommitted() {
    eventLoop.preconditionInEventLoop()
    guard isOpen else { return }
    exchange.letGo(now: clock.now)
    transport.scheduleTick(on: 0)
  }

  /// Gives the loop its exchange; before the transport starts.
  func install(_ make: (any ExchangeOutlet) -> Exchange) {
    exchange = make(self)
  }

  /// All at once, between two messages.
  func reconfigure(_ settings: Exchange.Settings, _ services: ServiceBook) {
    eventLoop.preconditionInEventLoop()
    self.services = services
    exchange.reconfigure(settings)
  }

  /// The last words. What is decided after them is told to nobody, and done by the next process.
  func closeLog(reason: String, isHandOver: Bool = false) async {
    await read { loop in
      loop.noteSaved()
      loop.isOpen = false
      loop.exchange.closeLog(reason: reason, isHandOver: isHandOver, now: loop.clock.now)
    }
  }

  /// From now on nothing leaves: what calls want to send stays in the log for the next process.
  func hold() async {
    await read { $0.isOpen = false }
  }

  /// Takes up the calls of the log; before the transport starts.
  func recover(_ contents: CallLogContents, _ state: RecordedState) -> RecoverySummary {
    let summary = exchange.recover(
      contents.calls, isDraining: contents.isDraining, now: clock.now)
    exchange.takeUp(state, now: clock.now)
    return summary
  }

  /// Runs something on the loop, and lets what it caused leave.
  func hop(_ body: @escaping @Sendable (SwitchLoop) -> Void) {
    eventLoop.execute {
      body(self)
      self.transport.scheduleTick(on: 0)
    }
  }

  /// Reads something on the loop.
  func read<Value: Sendable>(_ body: @escaping @Sendable (SwitchLoop) -> Value) async -> Value {
    do {
      return try await eventLoop.submit { body(self) }.get()
    } catch {
      preconditionFailure("reading does not fail")
    }
  }

  /// Changes something on the loop, lets what it caused leave, and tells what came of it.
  func change<Value: Sendable>(_ body: @escaping @Sendable (SwitchLoop) -> Value) async -> Value {
    await read { loop in
      defer { loop.transport.scheduleTick(on: 0) }
      return body(loop)
    }
  }

  var unwrittenRecords: Int { records.unwritten }

  /// One timer for whatever is due first.
  private func armTimer() {
    eventLoop.preconditionInEventLoop()
    guard let due = exchange.nextDeadline else { return }
    if let timer, timer.due <= due { return }
    timer?.task.cancel()
    let delay = max(.zero, due - clock.now.steady)
    let task = eventLoop.scheduleTask(in: .nanoseconds(delay.wholeNanoseconds)) {
      self.timer = nil
      self.exchange.timePassed(now: self.clock.now)
      self.transport.scheduleTick(on: 0)
    }
    timer = (due, task)
  }
}

extension SwitchLoop: SIPTransportDelegate {
  func received(_ bytes: [UInt8], from flow: Flow, on loop: Int) {
    if loop == 0 {
      exchange.received(bytes, from: flow, now: clock.now)
    } else {
      hop { $0.exchange.received(bytes, from: flow, now: $0.clock.now) }
    }
  }

  func tickEnded(on loop: Int) {
    guard loop == 0, isOpen else { return }
    exchange.tickEnded(now: clock.now)
    armTimer()
  }

  func connectionClosed(_ flow: Flow, on loop: Int) {}

  func sendFailed(_ failure: SendFailure, token: SendToken, to flow: Flow, on loop: Int) {
    hop { this in
      // While handing over, that a connection takes nothing any more is no news of the peer.
      guard this.isOpen, let receipt = this.receipts[token.number] else { return }
      this.logger.debug("a message could not be sent", metadata: ["flow": "\(flow)"])
      this.exchange.sendFailed(receipt, now: this.clock.now)
    }
  }
}

extension SwitchLoop: ExchangeOutlet {
  func send(_ bytes: [UInt8], to flow: Flow, serverName: String?, receipt: SendReceipt?) {
    let token = receipt.map { SendToken(receipts.keep($0)) } ?? .none
    transport.send(bytes, to: flow, serverName: serverName, token: token, on: 0)
  }

  func locate(_ query: ServerQuery, ticket: LocationTicket) {
    finder.locate(query) { [self] location in
      if case .notFound(let reason) = location {
        logger.debug(
          "a name leads nowhere",
          metadata: ["host": "\(query.host)", "reason": "\(reason.rawValue)"])
      }
      exchange.located(ticket, location, now: clock.now)
      transport.scheduleTick(on: 0)
    }
  }

  /// What the resolver has done; on the loop.
  var resolving: ResolverStatistics { finder.statistics }

  func save(_ changes: [BindingEvent], ticket: SaveTicket) {
    store.saveBindings(changes.map(BindingChange.init)) { result in
      if case .failure(let error) = result {
        self.logger.error(
          "a registration could not be recorded", metadata: ["error": "\(error)"])
      }
      let isOnRecord = if case .success = result { true } else { false }
      self.savedBindings.put((ticket, isOnRecord))
    }
  }

  func save(_ changes: [RecordedChange], ticket: SaveTicket) {
    store.save(changes.map(StateChange.init)) { result in
      if case .failure(let error) = result {
        self.logger.error(
          "a subscription, publication or message could not be recorded",
          metadata: ["error": "\(error)"])
      }
      let isOnRecord = if case .success = result { true } else { false }
      self.savedChanges.put((ticket, isOnRecord))
    }
  }

  func fetchMessages(for recipient: AddressOfRecord) {
    store.fetchMessages(user: recipient.user, domain: recipient.domain) { result in
      if case .failure(let error) = result {
        self.logger.error("kept messages could not be read", metadata: ["error": "\(error)"])
      }
      let found = try? result.get().map(InstantMessage.init)
      self.fetchedMessages.put((recipient, found))
    }
  }

  func save(_ made: [CallRecord], of call: CallID) {
    guard records.save(made, of: call) else { return }
    eventLoop.scheduleTask(in: .milliseconds(50)) { self.records.flush() }
  }

  // Media

  func reservePorts() -> PortPair? { relay.reserve() }

  func claim(_ ports: PortPair) -> Bool { relay.claim(ports) }

  func release(_ ports: [PortPair]) {
    for pair in ports { relay.release(pair) }
  }

  func relay(_ call: CallID, _ plans: [StreamPlan]) {
    for plan in plans {
      guard let callee = plan.callee else { continue }
      relay.relay(
        streams.open(call, plan.index), caller: Termination(plan.caller),
        callee: Termination(callee))
    }
  }

  func echo(_ call: CallID, _ plans: [StreamPlan]) {
    for plan in plans {
      relay.echo(streams.open(call, plan.index), Termination(plan.caller))
    }
  }

  func play(_ call: CallID, _ programme: CallProgramme, _ plans: [PlayPlan]) {
    let composed = services.programme(programme)
    if composed == nil {
      logger.warning(
        "a caller hears nothing: the service is not configured any more",
        metadata: ["service": "\(programme.service)"])
    }
    for plan in plans {
      guard let format = plan.format else { continue }
      relay.play(
        streams.open(call, plan.index), Termination(plan.caller),
        Playing(
          programme: composed ?? Programme([]), law: format.law, payloadType: format.payloadType,
          start: programme.start.steady,
          synchronizationSource: programme.synchronizationSource
            &+ UInt32(truncatingIfNeeded: plan.index),
          sequenceNumber: programme.sequenceNumber, timestamp: programme.timestamp))
    }
  }

  func closeMedia(_ call: CallID, streams count: Int) {
    for index in 0..<count { relay.close(streams.open(call, index)) }
  }

  /// From a media thread.
  func noticed(_ notice: MediaNotice) {
    notices.put(notice)
  }

  private func noteNotices() {
    for notice in notices.takeAll() { handle(notice) }
  }

  private func handle(_ notice: MediaNotice) {
    switch notice {
    case .report(let stream, let report):
      guard let (call, index) = streams.close(stream) else { return }
      exchange.mediaReported(MediaReport(index, report), for: call, now: clock.now)
    case .active(let stream):
      streams.spokeAgain(stream)
    case .progress(let stream, let report):
      guard let (call, index) = streams.place(of: stream) else { return }
      let now = clock.now
      exchange.mediaProgressed(
        MediaReport(index, report),
        lastPacket: report.lastPacket.map { now.wall + ($0 - now.steady) }, for: call, now: now)
    case .inactive(let stream):
      guard let call = streams.fellSilent(stream) else { return }
      exchange.mediaInactive(call, now: clock.now)
    }
  }
}

extension Termination {
  fileprivate init(_ end: StreamEnd) {
    self.init(
      ports: end.ports, remote: end.remote, signallingSource: end.signalling.remote.address)
  }
}

extension MediaReport {
  fileprivate init(_ stream: Int, _ report: StreamReport) {
    self.init(
      stream: stream, fromCaller: MediaQuality(report.fromCaller),
      fromCallee: MediaQuality(report.fromCallee))
  }
}

extension MediaQuality {
  fileprivate init(_ statistics: DirectionStatistics) {
    self.init(
      packets: Int64(clamping: statistics.packetsReceived),
      octets: Int64(clamping: statistics.octets), lost: Int64(clamping: statistics.lost),
      jitter: Double(statistics.jitter.wholeNanoseconds / 1000) / 1000)
  }
}

extension StreamReport {
  fileprivate var lastPacket: Instant? {
    [fromCaller.lastPacket, fromCallee.lastPacket].compactMap { $0 }.max()
  }
}

extension BindingChange {
  fileprivate init(_ event: BindingEvent) {
    switch event {
    case .bound(let address, let binding):
      self = .saved(
        BindingRecord(
          domain: address.domain, user: address.user, key: binding.key.text,
          contact: binding.contact, q: binding.q,
          expiresAt: binding.expiresAt.nanoseconds, callID: binding.callID, cseq: binding.cseq,
          transport: binding.flow.transport.rawValue, received: binding.flow.remote,
          listener: binding.flow.listener, userAgent: binding.userAgent,
          instance: binding.instance, regID: binding.regID,
          path: binding.path.isEmpty ? nil : binding.path.joined(separator: "\n"),
          registeredAt: binding.registeredAt.nanoseconds))
    case .removed(let address, let key), .expired(let address, let key, _):
      self = .removed(domain: address.domain, user: address.user, key: key.text)
    }
  }
}
