import Addressing
import Logging
import NIOCore
import NIOPosix
import SIP
import Synchronization

/// SIP over UDP and TCP: sockets, framing, connections, and nothing of what messages mean.
///
/// Messages go up as bytes with the flow that they came on, on the loop that received them. Sends
/// are made from a loop too; they gather and leave with one flush at the end of its tick.
package final class SIPTransport: Sendable {
  /// In the order of the group; the numbers of loops are places in it.
  package let eventLoops: [any EventLoop]

  private let loops: [LoopTransport]
  private let group: MultiThreadedEventLoopGroup
  private let listeners: [ListenerConfiguration]
  private let directory: ConnectionDirectory
  private let limits: TransportLimits
  private let logger: Logger
  private let streamListeners = Mutex<[any Channel]>([])

  package init(
    listeners: [ListenerConfiguration], group: MultiThreadedEventLoopGroup,
    limits: TransportLimits = TransportLimits(), logger: Logger
  ) {
    let directory = ConnectionDirectory(limits)
    eventLoops = Array(group.makeIterator())
    precondition(eventLoops.count <= ConnectionID.loops, "connections are numbered for 256 loops")
    loops = eventLoops.enumerated().map { index, eventLoop in
      LoopTransport(index, eventLoop, directory, limits, logger)
    }
    self.group = group
    self.listeners = listeners
    self.directory = directory
    self.limits = limits
    self.logger = logger
  }

  /// Listens. The delegate is held until `stop`.
  ///
  /// - Returns: the listeners as given, with the ports that the system chose in place of 0.
  /// - Throws: the first listener that cannot be had, and why; then nothing is listened on.
  package func start(
    delegate: any SIPTransportDelegate
  ) async throws(ListenError) -> [ListenerConfiguration] {
    for (index, listener) in listeners.enumerated()
    where listeners[..<index].contains(where: { $0.id == listener.id }) {
      throw ListenError(listener: listener, reason: .duplicateListener)
    }
    for loop in loops { try? await loop.eventLoop.submit { loop.start(delegate) }.get() }
    var opened: [ListenerConfiguration] = []
    for listener in listeners {
      do {
        opened.append(try await open(listener))
      } catch {
        await stop()
        throw error
      }
    }
    return opened
  }

  /// Sends what waits and closes everything. The delegate hears of what was cut off by it, and of
  /// nothing after; what is sent later goes nowhere.
  package func stop() async {
    let channels = streamListeners.withLock { channels in
      defer { channels = [] }
      return channels
    }
    for channel in channels { try? await channel.close() }
    for loop in loops {
      try? await loop.eventLoop.submit { loop.stop() }.get()
      // What the stop has to tell is told a turn later.
      try? await loop.eventLoop.submit {}.get()
    }
  }

  /// Sums over all loops. From any thread.
  package func statistics() -> TransportStatistics {
    var statistics = TransportStatistics()
    for loop in loops { loop.counters.add(to: &statistics) }
    statistics.connections = directory.count
    return statistics
  }
}

// Sending.
extension SIPTransport {
  /// Sends a message with the next flush of the loop, on which the caller has to be.
  ///
  /// Over TCP the flow's connection is used while it lives; without one, a connection to the same
  /// peer is reused or a new one is opened (RFC 3261 §18.1.1, §18.2.2).
  package func send(
    _ bytes: [UInt8], to flow: Flow, token: SendToken = .none, on loop: Int
  ) {
    let here = loops[loop]
    let ticket = SendTicket(token: token, flow: flow, origin: here)
    switch flow.transport {
    case .udp:
      here.sendDatagram(bytes, ticket)
    case .tcp:
      guard let id = flow.connection, id.loop < loops.count else {
        return sendByRoute(bytes, ticket, from: here)
      }
      on(loops[id.loop], from: here) { owner in
        if !owner.send(bytes, on: id, ticket) { self.sendByRoute(bytes, ticket, from: owner) }
      }
    }
  }

  /// Has the loop end a tick in this turn, as it does when something is sent.
  package func scheduleTick(on loop: Int) {
    loops[loop].scheduleTick()
  }

  /// Sends what waits on the loop now. Ticks do it by themselves.
  package func flush(on loop: Int) {
    loops[loop].flush()
  }

  private func sendByRoute(_ bytes: [UInt8], _ ticket: SendTicket, from here: LoopTransport) {
    let flow = ticket.flow
    guard here.isRunning else { return ticket.report(.stopped) }
    guard let listener = listeners.first(where: { $0.id == flow.listener && $0.transport == .tcp })
    else { return ticket.report(.noListener) }
    guard listener.bound.address.isIPv6 == flow.remote.address.isIPv6 else {
      return ticket.report(.addressFamily)
    }
    switch directory.claim(.init(flow), on: here.index) {
    case .existing(let id):
      on(loops[id.loop], from: here) { owner in
        if !owner.send(bytes, on: id, ticket) { ticket.report(.connectionClosed) }
      }
    case .new(let id):
      here.open(id, listener, to: flow)
      if !here.send(bytes, on: id, ticket) { ticket.report(.connectionClosed) }
    case nil:
      here.counters.count(.connectionLimit)
      ticket.report(.connectionLimit)
    }
  }

  private func on(
    _ owner: LoopTransport, from here: LoopTransport,
    _ body: @escaping @Sendable (LoopTransport) -> Void
  ) {
    if owner === here { body(owner) } else { owner.eventLoop.execute { body(owner) } }
  }
}

// Listening.
extension SIPTransport {
  private func open(
    _ listener: ListenerConfiguration
  ) async throws(ListenError) -> ListenerConfiguration {
    let opened =
      switch listener.transport {
      case .udp: try await openDatagrams(listener)
      case .tcp: try await openStreams(listener)
      }
    logger.debug("listening", metadata: ["listener": "\(opened)"])
    return opened
  }

  /// One socket for each loop, so that each sends and receives on its own.
  private func openDatagrams(
    _ listener: ListenerConfiguration
  ) async throws(ListenError) -> ListenerConfiguration {
    var listener = listener
    do {
      let isShared = loops.count > 1
      // A shared port could be shared with another process of ours, which would take half of the
      // messages: binding without sharing first tells whether anyone has it.
      if isShared, listener.bound.port != 0 {
        _ = try DatagramDescriptor(binding: listener.bound, shared: false)
      }
      for loop in loops {
        let descriptor = try DatagramDescriptor(binding: listener.bound, shared: isShared)
        descriptor.resizeBuffers(receive: limits.receiveBufferBytes, send: limits.sendBufferBytes)
        listener.bound.port = try descriptor.boundPort()
        let bound = listener
        try await loop.eventLoop.flatSubmit {
          loop.open(bound, descriptor)
        }.get()
      }
      return listener
    } catch let error as SystemError {
      throw ListenError(listener, errno: error.errno)
    } catch {
      throw ListenError(listener, error)
    }
  }

  private func openStreams(
    _ listener: ListenerConfiguration
  ) async throws(ListenError) -> ListenerConfiguration {
    let configured = listener
    let loops = loops
    let bootstrap = ServerBootstrap(group: eventLoops[0], childGroup: group)
      .serverChannelOption(.backlog, value: CInt(clamping: limits.acceptBacklog))
      // Connections of an earlier process in TIME_WAIT do not keep the port from us. On Linux this
      // lets no second listener in.
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .withStreamOptions(limits)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          guard let loop = loops.first(where: { $0.eventLoop === channel.eventLoop }) else {
            preconditionFailure("a channel lives on a loop of its group")
          }
          try loop.accept(channel, configured)
        }
      }
    if listener.bound.address.isIPv6 {
      _ = bootstrap.serverChannelOption(.ipv6Only, value: 1)
    }
    do {
      let channel = try await bootstrap.bind(to: SocketAddress(listener.bound)).get()
      streamListeners.withLock { $0.append(channel) }
      var listener = listener
      if let port = channel.localAddress?.port { listener.bound.port = UInt16(clamping: port) }
      return listener
    } catch {
      throw ListenError(listener, error)
    }
  }
}
