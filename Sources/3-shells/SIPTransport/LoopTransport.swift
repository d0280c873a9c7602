import Logging
import NIOCore
import SIP

/// The part of the transport that lives on one event loop.
///
/// `@unchecked Sendable`: other threads hold it only to execute on its loop. Whatever touches its
/// variables asserts that it runs there; the constants are safe anywhere.
final class LoopTransport: @unchecked Sendable {
  private enum Tick {
    case idle
    /// A batch is being received; its end flushes.
    case receiving
    /// Something was sent outside of a batch; the end of this turn of the loop flushes.
    case scheduled
  }

  let index: Int
  let eventLoop: any EventLoop
  let limits: TransportLimits
  let logger: Logger
  let counters = LoopCounters()
  let directory: ConnectionDirectory

  private(set) var delegate: (any SIPTransportDelegate)?
  private(set) var isRunning = false
  /// Another process goes on with the streams.
  var isYielding = false
  var sockets: [ListenerID: DatagramSocket] = [:]
  var connections: [ConnectionID: StreamConnection] = [:]
  /// What new connections over TLS are made with; nil without listeners for it.
  var tls: TLSContext?
  var handshakes = HandshakeTally()
  private var listedSockets: [DatagramSocket] = []
  private var listedConnections: [StreamConnection] = []
  private var tick = Tick.idle
  /// Whether a flush is scheduled for datagrams that the kernel did not take.
  private var isRetrying = false
  private var sweeping: RepeatedTask?

  init(
    _ index: Int, _ eventLoop: any EventLoop, _ directory: ConnectionDirectory,
    _ limits: TransportLimits, _ logger: Logger
  ) {
    self.index = index
    self.eventLoop = eventLoop
    self.directory = directory
    self.limits = limits
    self.logger = logger
  }

  func start(_ delegate: any SIPTransportDelegate) {
    eventLoop.assertInEventLoop()
    self.delegate = delegate
    isRunning = true
    sweeping = eventLoop.scheduleRepeatedTask(
      initialDelay: limits.sweepInterval, delay: limits.sweepInterval
    ) { [weak self] _ in self?.sweep() }
  }

  /// Sends what waits, closes everything, tells the delegate so and lets go of it.
  func stop() {
    eventLoop.assertInEventLoop()
    flush()
    isRunning = false
    sweeping?.cancel()
    for connection in Array(connections.values) { connection.close(.stopped) }
    for socket in sockets.values { socket.channel.close(promise: nil) }
    sockets = [:]
    eventLoop.execute { self.delegate = nil }
  }

  private func sweep() {
    let now = NIODeadline.now()
    for connection in connections.values.filter({ $0.deadline <= now }) { connection.expire() }
  }
}

// Ticks: what is written within one leaves with one flush.
extension LoopTransport {
  /// A message arrived: the end of its batch flushes.
  func beginTick() {
    tick = .receiving
  }

  func scheduleTick() {
    eventLoop.assertInEventLoop()
    guard case .idle = tick else { return }
    tick = .scheduled
    eventLoop.execute { self.endTick() }
  }

  func endTick() {
    eventLoop.assertInEventLoop()
    if case .idle = tick { return }
    delegate?.tickEnded(on: index)
    tick = .idle
    flush()
  }

  func flush() {
    eventLoop.assertInEventLoop()
    let connections = listedConnections
    listedConnections.removeAll(keepingCapacity: true)
    for connection in connections {
      connection.isListed = false
      connection.flush()
    }
    let sockets = listedSockets
    listedSockets.removeAll(keepingCapacity: true)
    for socket in sockets {
      socket.isListed = false
      flush(socket)
    }
  }

  private func flush(_ socket: DatagramSocket) {
    let (sent, refused) = socket.flush()
    counters.sentDatagrams.add(sent)
    for (ticket, failure) in refused {
      counters.count(.refusedDatagram)
      ticket.report(failure)
    }
    if !socket.isEmpty { retry(socket) }
  }

  /// The kernel's buffer is full: the network takes a moment.
  private func retry(_ socket: DatagramSocket) {
    list(socket)
    guard !isRetrying else { return }
    isRetrying = true
    eventLoop.scheduleTask(in: .milliseconds(1)) {
      self.isRetrying = false
      self.flush()
    }
  }

  func list(_ connection: StreamConnection) {
    scheduleTick()
    guard !connection.isListed else { return }
    connection.isListed = true
    listedConnections.append(connection)
  }

  func list(_ socket: DatagramSocket) {
    guard !socket.isListed else { return }
    socket.isListed = true
    listedSockets.append(socket)
  }
}

// What the delegate is told a turn later.
extension LoopTransport {
  /// Later, because the connection may be closing while its owner sends on it.
  func connectionClosed(_ flow: Flow) {
    eventLoop.execute { self.delegate?.connectionClosed(flow, on: self.index) }
  }

  /// From any loop. Later, so that no sender hears of it from within `send`.
  func report(_ failure: SendFailure, _ ticket: SendTicket) {
    eventLoop.execute {
      self.delegate?.sendFailed(failure, token: ticket.token, to: ticket.flow, on: self.index)
    }
  }
}
