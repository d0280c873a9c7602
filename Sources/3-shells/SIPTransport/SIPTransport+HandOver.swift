import Glibc
import NIOCore
import NIOPosix
import SIP

// From one process to the next, which goes on with the same connections.

extension SIPTransport {
  /// Stops receiving, on all sockets, writes what waits and lets go of the connections.
  ///
  /// One that still connects, or whose peer does not take what is written, is not handed over but
  /// closed. What arrives from now on waits in the kernel for the next process. Datagrams can still
  /// be sent until `stop`; a message on a stream fails as `stopped`.
  ///
  /// - Returns: connections whose descriptors the caller owns.
  package func yieldConnections() async -> [HandedConnection] {
    await closeListeners()
    for loop in loops { try? await loop.eventLoop.submit { loop.stopReading() }.get() }
    var handed: [HandedConnection] = []
    for loop in loops {
      handed += (try? await loop.eventLoop.submit { loop.handOver() }.get()) ?? []
    }
    return handed
  }

  /// Goes on with connections of another process, after `start`.
  ///
  /// - Returns: how many; those of listeners that are gone, or for which there is no room, are
  ///   closed.
  package func adopt(_ connections: [HandedConnection]) async -> Int {
    let listeners = listeners
    var count = 0
    for connection in connections {
      guard connection.id.loop < loops.count,
        listeners.contains(where: { $0.id == connection.flow.listener && $0.transport == .tcp })
      else {
        close(connection.descriptor)
        continue
      }
      let loop = loops[connection.id.loop]
      let isAdopted = try? await loop.eventLoop.flatSubmit { loop.adopt(connection) }.get()
      if isAdopted == true { count += 1 }
    }
    return count
  }
}

extension LoopTransport {
  func stopReading() {
    eventLoop.assertInEventLoop()
    isYielding = true
    for connection in connections.values { connection.stopReading() }
    for socket in sockets.values {
      try? socket.channel.syncOptions?.setOption(.autoRead, value: false)
    }
  }

  func handOver() -> [HandedConnection] {
    eventLoop.assertInEventLoop()
    flush()
    // NIO tells no descriptor, but the kernel's own number of the socket.
    let descriptors = Dictionary(
      openDescriptors().compactMap { number in socketCookie(number).map { ($0, number) } },
      uniquingKeysWith: { first, _ in first })
    var handed: [HandedConnection] = []
    for connection in Array(connections.values) {
      let item = connection.handOver { channel in
        // Nothing closes a channel of this loop while we are on it, so the number is still its own.
        guard let cookie = cookie(of: channel), let number = descriptors[cookie] else { return nil }
        let duplicate = fcntl(number, F_DUPFD_CLOEXEC, 0)
        return duplicate < 0 ? nil : duplicate
      }
      if let item { handed.append(item) } else { connection.close(.stopped) }
    }
    return handed
  }

  /// Answered at once, as we are on the channel's loop.
  private func cookie(of channel: any Channel) -> UInt64? {
    guard let provider = channel as? any SocketOptionProvider else { return nil }
    var cookie: UInt64?
    let option: EventLoopFuture<UInt64> = provider.unsafeGetSocketOption(
      level: .socket, name: NIOBSDSocket.Option(rawValue: SO_COOKIE))
    option.assumeIsolated().whenSuccess { cookie = $0 }
    return cookie
  }

  func adopt(_ handed: HandedConnection) -> EventLoopFuture<Bool> {
    eventLoop.assertInEventLoop()
    guard isRunning,
      directory.adopt(handed.id, .init(handed.flow), wasAccepted: handed.wasAccepted)
    else {
      close(handed.descriptor)
      return eventLoop.makeSucceededFuture(false)
    }
    let connection = StreamConnection.adopted(handed, self)
    connections[handed.id] = connection
    let confined = NIOLoopBound(connection, eventLoop: eventLoop)
    return ClientBootstrap(group: eventLoop)
      .withStreamOptions(limits)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let handler = StreamHandler(confined.value, self)
          try channel.pipeline.syncOperations.addHandler(handler)
        }
      }
      .withConnectedSocket(handed.descriptor)
      .map { channel in
        confined.value.connected(channel)
        confined.value.received(ByteBuffer(bytes: handed.unframed))
        return true
      }
      .flatMapError { error in
        confined.value.connectFailed(error)
        return self.eventLoop.makeSucceededFuture(false)
      }
  }
}
