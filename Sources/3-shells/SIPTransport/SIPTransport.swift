import Addressing
import Glibc
import Logging
import NIOCore
import NIOPosix
import SIP
import Synchronization

/// SIP over UDP, TCP and TLS: sockets, framing, connections, and nothing of what messages mean.
///
/// Messages go up as bytes with the flow that they came on, on the loop that received them. Sends
/// are made from a loop too; they gather and leave with one flush at the end of its tick.
package final class SIPTransport: Sendable {
  /// In the order of the group; the numbers of loops are places in it.
  package let eventLoops: [any EventLoop]

  let loops: [LoopTransport]
  private let known: Mutex<[ListenerConfiguration]>
  private let group: MultiThreadedEventLoopGroup
  private let directory: ConnectionDirectory
  private let limits: TransportLimits
  private let logger: Logger
  private let open = Mutex(OpenSockets())

  /// What is listened on, by the listener as it was configured.
  private struct OpenSockets {
    var channels: [ListenerConfiguration: any Channel] = [:]
    var datagrams: [ListenerConfiguration: [DatagramDescriptor]] = [:]
    var streams: [ListenerConfiguration: ListeningDescriptor] = [:]
  }

  /// - Parameters:
  ///   - tls: what connections over TLS are made with; needed where a listener is for it.
  ///   - start: nanoseconds since 1970, when the process started. Connections are numbered from
  ///     there, so that no process gives a number which one before it gave.
  package init(
    listeners: [ListenerConfiguration], group: MultiThreadedEventLoopGroup,
    limits: TransportLimits = TransportLimits(), tls: TLSContext? = nil, startedAt start: UInt64,
    logger: Logger
  ) {
    precondition(
      tls != nil || !listeners.contains { $0.transport == .tls }, "TLS takes a certificate")
    let directory = ConnectionDirectory(limits, numberedFrom: start)
    eventLoops = Array(group.makeIterator())
    precondition(eventLoops.count <= ConnectionID.loops, "connections are numbered for 256 loops")
    loops = eventLoops.enumerated().map { index, eventLoop in
      LoopTransport(index, eventLoop, directory, limits, logger)
    }
    self.group = group
    known = Mutex(listeners)
    self.directory = directory
    self.limits = limits
    self.logger = logger
    for loop in loops { loop.tls = tls }
  }

  /// Those that it began with, and those that were added.
  var listeners: [ListenerConfiguration] { known.withLock { $0 } }

  /// Listens. The delegate is held until `stop`.
  ///
  /// - Parameter sockets: of an earlier process, by the descriptions of their listeners; each is
  ///   used or closed. What `listening` said then: over UDP one for each loop, over a stream one.
  /// - Returns: the listeners as given, with the ports that the system chose in place of 0.
  /// - Throws: the first listener that cannot be had, and why; then nothing is listened on.
  package func start(
    delegate: any SIPTransportDelegate, adopting sockets: [String: [CInt]] = [:]
  ) async throws(ListenError) -> [ListenerConfiguration] {
    for (index, listener) in listeners.enumerated()
    where listeners[..<index].contains(where: { $0.id == listener.id }) {
      throw ListenError(listener: listener, reason: .duplicateListener)
    }
    var sockets = sockets
    defer { for socket in sockets.values.joined() { close(socket) } }
    for loop in loops { try? await loop.eventLoop.submit { loop.start(delegate) }.get() }
    var opened: [ListenerConfiguration] = []
    for listener in listeners {
      do {
        let adopted = sockets.removeValue(forKey: listener.description) ?? []
        opened.append(try await open(listener, adopting: adopted))
      } catch {
        await stop()
        throw error
      }
    }
    return opened
  }

  /// Listens on further addresses, after `start`.
  ///
  /// What arrives there is handed up at once, so that whoever is told of flows has to know the
  /// listeners first. Sends can name them when this returns.
  ///
  /// - Returns: as `start` does.
  /// - Throws: the first that cannot be had, and why; then none of them is listened on.
  package func add(
    _ added: [ListenerConfiguration]
  ) async throws(ListenError) -> [ListenerConfiguration] {
    for listener in added where listeners.contains(where: { $0.id == listener.id }) {
      throw ListenError(listener: listener, reason: .duplicateListener)
    }
    var opened: [ListenerConfiguration] = []
    for (index, listener) in added.enumerated() {
      do {
        opened.append(try await open(listener, adopting: []))
      } catch {
        for earlier in added[...index] { await stopListening(on: earlier) }
        throw error
      }
    }
    known.withLock { $0 += added }
    return opened
  }

  /// Of one listener; connections that came by it stay.
  private func stopListening(on listener: ListenerConfiguration) async {
    let channel = open.withLock { open in
      open.datagrams[listener] = nil
      open.streams[listener] = nil
      return open.channels.removeValue(forKey: listener)
    }
    try? await channel?.close()
    for loop in loops {
      try? await loop.eventLoop.submit { loop.stopListening(on: listener.id) }.get()
    }
  }

  /// New connections are made with these from now on; those that are there go on as they are.
  package func replaceCertificate(_ tls: TLSContext) async {
    for loop in loops { try? await loop.eventLoop.submit { loop.tls = tls }.get() }
  }

  /// Sends what waits and closes everything. The delegate hears of what was cut off by it, and of
  /// nothing after; what is sent later goes nowhere.
  package func stop() async {
    await closeListeners()
    for loop in loops {
      try? await loop.eventLoop.submit { loop.stop() }.get()
      // What the stop has to tell is told a turn later.
      try? await loop.eventLoop.submit {}.get()
    }
    open.withLock { $0 = OpenSockets() }
  }

  func closeListeners() async {
    let channels = open.withLock { open in
      defer { open.channels = [:] }
      return open.channels
    }
    for channel in channels.values { try? await channel.close() }
  }

  /// The sockets that are listened on, by the descriptions of their listeners as configured: over
  /// UDP one for each loop, in their order, over a stream one. They are the transport's, and stay open
  /// until `stop`.
  package var listening: [String: [CInt]] {
    open.withLock { open in
      var sockets: [String: [CInt]] = [:]
      for (listener, descriptors) in open.datagrams {
        sockets[listener.description] = descriptors.map(\.number)
      }
      for (listener, descriptor) in open.streams {
        sockets[listener.description] = [descriptor.number]
      }
      return sockets
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
  /// On a stream the flow's connection is used while it lives; without one, a connection to the same
  /// peer is reused or a new one is opened (RFC 3261 §18.1.1, §18.2.2).
  ///
  /// - Parameter serverName: the name that the peer was found by. A connection over TLS that is
  ///   opened for it asks for that name (RFC 6066 §3), and ends unless the certificate is good for
  ///   it; and no connection is reused that has not proved the same (RFC 5923 §5). Nil: the
  ///   certificate has to be good for the address.
  package func send(
    _ bytes: [UInt8], to flow: Flow, serverName: String? = nil, token: SendToken = .none,
    on loop: Int
  ) {
    let here = loops[loop]
    let name = flow.isSecure ? serverName : nil
    let ticket = SendTicket(token: token, flow: flow, serverName: name, origin: here)
    switch flow.transport {
    case .udp:
      here.sendDatagram(bytes, ticket)
    case .tcp, .tls:
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
    guard here.isRunning, !here.isYielding else { return ticket.report(.stopped) }
    guard
      let listener = listeners.first(where: {
        $0.id == flow.listener && $0.transport == flow.transport
      })
    else { return ticket.report(.noListener) }
    guard listener.bound.address.isIPv6 == flow.remote.address.isIPv6 else {
      return ticket.report(.addressFamily)
    }
    switch directory.claim(.init(flow, ticket.serverName), on: here.index) {
    case .existing(let id):
      on(loops[id.loop], from: here) { owner in
        if !owner.send(bytes, on: id, ticket) { ticket.report(.connectionClosed) }
      }
    case .new(let id):
      here.open(id, listener, to: flow, ticket.serverName)
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
    _ listener: ListenerConfiguration, adopting sockets: [CInt]
  ) async throws(ListenError) -> ListenerConfiguration {
    let opened =
      switch listener.transport {
      case .udp: try await openDatagrams(listener, adopting: sockets)
      case .tcp, .tls: try await openStreams(listener, adopting: sockets)
      }
    logger.debug("listening", metadata: ["listener": "\(opened)"])
    return opened
  }

  /// One socket for each loop, so that each sends and receives on its own.
  private func openDatagrams(
    _ configured: ListenerConfiguration, adopting sockets: [CInt]
  ) async throws(ListenError) -> ListenerConfiguration {
    var listener = configured
    do {
      let isShared = loops.count > 1
      // Beyond the loops there is nobody to read a socket, and the kernel would go on giving it
      // datagrams.
      for socket in sockets.dropFirst(loops.count) { close(socket) }
      var adopted = sockets.prefix(loops.count).compactMap { socket in
        try? DatagramDescriptor(adopting: socket, at: configured.bound)
      }
      // A shared port could be shared with another process of ours, which would take half of the
      // messages: binding without sharing first tells whether anyone has it.
      if isShared, adopted.isEmpty, listener.bound.port != 0 {
        _ = try DatagramDescriptor(binding: listener.bound, shared: false)
      }
      if isShared { for descriptor in adopted { try descriptor.share() } }
      for loop in loops {
        let descriptor =
          adopted.isEmpty
          ? try DatagramDescriptor(binding: listener.bound, shared: isShared)
          : adopted.removeFirst()
        descriptor.resizeBuffers(receive: limits.receiveBufferBytes, send: limits.sendBufferBytes)
        listener.bound.port = try descriptor.boundPort()
        let bound = listener
        try await loop.eventLoop.flatSubmit {
          loop.open(bound, descriptor)
        }.get()
        open.withLock { $0.datagrams[configured, default: []].append(descriptor) }
      }
      return listener
    } catch let error as SystemError {
      throw ListenError(listener, errno: error.errno)
    } catch {
      throw ListenError(listener, error)
    }
  }

  private func openStreams(
    _ configured: ListenerConfiguration, adopting sockets: [CInt]
  ) async throws(ListenError) -> ListenerConfiguration {
    let loops = loops
    let bootstrap = ServerBootstrap(group: eventLoops[0], childGroup: group)
      .withStreamOptions(limits)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          guard let loop = loops.first(where: { $0.eventLoop === channel.eventLoop }) else {
            preconditionFailure("a channel lives on a loop of its group")
          }
          try loop.accept(channel, configured)
        }
      }
    do {
      for socket in sockets.dropFirst() { close(socket) }
      let adopted = sockets.first.flatMap { socket in
        try? ListeningDescriptor(adopting: socket, at: configured.bound)
      }
      let descriptor =
        try adopted
        ?? ListeningDescriptor(binding: configured.bound, backlog: limits.acceptBacklog)
      var listener = configured
      listener.bound.port = try descriptor.boundPort()
      let channel = try await bootstrap.withBoundSocket(descriptor.duplicated()).get()
      open.withLock { open in
        open.channels[configured] = channel
        open.streams[configured] = descriptor
      }
      return listener
    } catch let error as SystemError {
      throw ListenError(configured, errno: error.errno)
    } catch {
      throw ListenError(configured, error)
    }
  }
}
