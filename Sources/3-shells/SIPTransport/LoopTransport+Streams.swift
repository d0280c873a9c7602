import Addressing
import Glibc
import NIOCore
import NIOPosix
import NIOSSL
import SIP

extension LoopTransport {
  /// Takes a connection that a peer opened, or throws why not, which closes it.
  func accept(_ channel: any Channel, _ listener: ListenerConfiguration) throws {
    eventLoop.assertInEventLoop()
    guard let remote = channel.remoteAddress?.endpoint else { throw SendFailure.connectionClosed }
    guard isRunning, !isYielding else { throw SendFailure.stopped }
    guard limits.access.admits(remote.address) else {
      counters.count(.deniedSource)
      throw SendFailure.connectionClosed
    }
    var flow = Flow(transport: listener.transport, listener: listener.id, remote: remote)
    var handlers: [any ChannelHandler] = []
    if flow.isSecure {
      guard let tls else { throw SendFailure.noListener }
      guard handshakes.admits(remote.address, limits) else {
        counters.count(.handshakeLimit)
        throw SendFailure.connectionLimit
      }
      handlers.append(NIOSSLServerHandler(context: tls.server))
    }
    let id: ConnectionID
    switch directory.admit(.init(flow), on: index) {
    case .success(let admitted):
      id = admitted
    case .failure(let refusal):
      counters.count(refusal.reason)
      throw refusal
    }
    flow.connection = id
    let connection = StreamConnection.accepted(channel, flow, id, self)
    connections[id] = connection
    counters.connectionsAccepted.add()
    if flow.isSecure { handshakes.begin(remote.address) }
    do {
      try channel.pipeline.syncOperations.addHandlers(handlers + [StreamHandler(connection, self)])
    } catch {
      connection.close()
      throw error
    }
  }

  /// Opens a connection from the listener's address; messages can be sent on it at once.
  func open(
    _ id: ConnectionID, _ listener: ListenerConfiguration, to flow: Flow, _ serverName: String?
  ) {
    eventLoop.assertInEventLoop()
    var flow = flow
    flow.connection = id
    let connection = StreamConnection.connecting(flow, serverName, id, self)
    connections[id] = connection
    counters.connectionsOpened.add()
    let confined = NIOLoopBound(connection, eventLoop: eventLoop)
    let tls = flow.isSecure ? tls : nil
    var bootstrap = ClientBootstrap(group: eventLoop)
      .connectTimeout(limits.connectTimeout)
      .withStreamOptions(limits)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let handler = StreamHandler(confined.value, self)
          if let tls {
            try channel.pipeline.syncOperations.addHandler(
              NIOSSLClientHandler(
                context: serverName == nil ? tls.client : tls.namedClient,
                serverHostname: serverName))
          }
          try channel.pipeline.syncOperations.addHandler(handler)
        }
      }
    if !listener.bound.address.isUnspecified {
      bootstrap = bootstrap.bind(to: SocketAddress(listener.bound.anyPort))
    }
    bootstrap.connect(to: SocketAddress(flow.remote)).assumeIsolated().whenComplete { result in
      switch result {
      case .success(let channel): connection.connected(channel)
      case .failure(let error): connection.connectFailed(error)
      }
    }
  }

  /// - Returns: false if the connection is gone, or is no good for this message any more.
  func send(_ bytes: [UInt8], on id: ConnectionID, _ ticket: SendTicket) -> Bool {
    eventLoop.assertInEventLoop()
    return connections[id]?.send(bytes, ticket) ?? false
  }

  func received(_ message: [UInt8], from flow: Flow) {
    beginTick()
    counters.received(on: flow.transport).add()
    delegate?.received(message, from: flow, on: index)
  }

  func handshakeEnded(_ connection: StreamConnection) {
    if connection.wasAccepted { handshakes.end(connection.flow.remote.address) }
  }

  func retire(_ connection: StreamConnection) {
    directory.retire(connection.id, connection.route)
  }

  func forget(_ connection: StreamConnection) {
    guard connections.removeValue(forKey: connection.id) != nil else { return }
    directory.remove(
      connection.id, connection.route, wasAccepted: connection.wasAccepted)
  }
}

extension ClientBootstrap {
  func withStreamOptions(_ limits: TransportLimits) -> ClientBootstrap {
    channelOption(.allowRemoteHalfClosure, value: true)
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      .channelOption(.socketOption(.so_keepalive), value: 1)
      .channelOption(.acknowledgementTimeout, value: limits.acknowledgementMilliseconds)
  }
}

extension ServerBootstrap {
  func withStreamOptions(_ limits: TransportLimits) -> ServerBootstrap {
    childChannelOption(.allowRemoteHalfClosure, value: true)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelOption(.socketOption(.so_keepalive), value: 1)
      .childChannelOption(.acknowledgementTimeout, value: limits.acknowledgementMilliseconds)
  }
}

extension TransportLimits {
  fileprivate var acknowledgementMilliseconds: Int {
    Int(acknowledgementTimeout.nanoseconds / 1_000_000)
  }
}

extension ChannelOption where Self == ChannelOptions.Types.SocketOption {
  fileprivate static var acknowledgementTimeout: Self {
    Self(level: .tcp, name: .init(rawValue: TCP_USER_TIMEOUT))
  }
}
