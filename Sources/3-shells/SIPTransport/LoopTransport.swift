import Addressing
import Logging
import NIOCore
import NIOPosix
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
  private let directory: ConnectionDirectory

  private var delegate: (any SIPTransportDelegate)?
  private var sockets: [ListenerID: DatagramSocket] = [:]
  private var connections: [ConnectionID: StreamConnection] = [:]
  private var listedSockets: [DatagramSocket] = []
  private var listedConnections: [StreamConnection] = []
  private var tick = Tick.idle
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

  var isRunning: Bool { delegate != nil }

  func start(_ delegate: any SIPTransportDelegate) {
    eventLoop.assertInEventLoop()
    self.delegate = delegate
    sweeping = eventLoop.scheduleRepeatedTask(
      initialDelay: limits.sweepInterval, delay: limits.sweepInterval
    ) { [weak self] _ in self?.sweep() }
  }

  /// Sends what waits, then closes everything.
  func stop() {
    eventLoop.assertInEventLoop()
    flush()
    sweeping?.cancel()
    for connection in Array(connections.values) { connection.close(.stopped) }
    for socket in sockets.values { socket.channel.close(promise: nil) }
    sockets = [:]
    delegate = nil
  }

  private func sweep() {
    let now = NIODeadline.now()
    for connection in connections.values.filter({ $0.deadline <= now }) { connection.expire() }
  }
}

// Ticks: what is written within one leaves with one flush.
extension LoopTransport {
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
    if !socket.isEmpty {
      // The kernel's buffer is full: the network takes a moment.
      eventLoop.scheduleTask(in: .milliseconds(1)) { self.flush() }
      list(socket)
    }
  }

  func list(_ connection: StreamConnection) {
    scheduleTick()
    guard !connection.isListed else { return }
    connection.isListed = true
    listedConnections.append(connection)
  }

  private func list(_ socket: DatagramSocket) {
    guard !socket.isListed else { return }
    socket.isListed = true
    listedSockets.append(socket)
  }
}

// Receiving.
extension LoopTransport {
  func receivedDatagram(_ bytes: ByteBufferView, from flow: Flow) {
    guard bytes.count <= limits.sip.messageBytes else { return counters.count(.oversizedDatagram) }
    switch DatagramKind(bytes) {
    case .keepAlive: counters.count(.keepAliveDatagram)
    case .stun: counters.count(.stunDatagram)
    case .message:
      tick = .receiving
      counters.receivedDatagrams.add()
      delegate?.received(Array(bytes), from: flow, on: index)
    }
  }

  func receivedMessage(_ bytes: [UInt8], from flow: Flow) {
    tick = .receiving
    counters.receivedOnStreams.add()
    delegate?.received(bytes, from: flow, on: index)
  }

  /// Told a turn later: the connection may be closing while its owner sends on it.
  func connectionClosed(_ flow: Flow) {
    eventLoop.execute { self.delegate?.connectionClosed(flow, on: self.index) }
  }

  /// From any loop; told a turn later, so that no sender hears of it from within `send`.
  func report(_ failure: SendFailure, _ ticket: SendTicket) {
    eventLoop.execute {
      self.delegate?.sendFailed(failure, token: ticket.token, to: ticket.flow, on: self.index)
    }
  }
}

// Datagrams.
extension LoopTransport {
  /// Receives on the descriptor, and sends on it when told to.
  func open(
    _ listener: ListenerConfiguration, _ descriptor: consuming DatagramDescriptor
  ) throws -> EventLoopFuture<Void> {
    let own = try descriptor.duplicated()
    let slot = min(limits.sip.messageBytes, 65_535) + 1
    let descriptor = Transfer(descriptor)
    return DatagramBootstrap(group: eventLoop)
      .channelOption(.datagramVectorReadMessageCount, value: limits.datagramsPerRead)
      .channelOption(
        .recvAllocator,
        value: FixedSizeRecvByteBufferAllocator(capacity: slot * limits.datagramsPerRead)
      )
      // One vector read a turn: what it leaves makes the socket ready again.
      .channelOption(.maxMessagesPerRead, value: 1)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let handler = DatagramHandler(listener.id, self)
          try channel.pipeline.syncOperations.addHandler(handler)
        }
      }
      .withBoundSocket(own)
      .map { channel in
        guard let descriptor = descriptor.take() else { return }
        self.sockets[listener.id] = DatagramSocket(listener, descriptor, channel, self.limits)
      }
  }

  func sendDatagram(_ bytes: [UInt8], _ ticket: SendTicket) {
    eventLoop.assertInEventLoop()
    guard let socket = sockets[ticket.flow.listener] else {
      return ticket.report(isRunning ? .noListener : .stopped)
    }
    do throws(SendFailure) {
      try socket.write(bytes, ticket)
      list(socket)
      scheduleTick()
    } catch {
      counters.count(error == .queueFull ? .sendQueueFull : .refusedDatagram)
      ticket.report(error)
    }
  }
}
