import NIOCore
import SIP

/// A TCP connection, with or without TLS, from the wish to have it until it is gone. Confined to its loop.
final class StreamConnection {
  private enum State {
    /// Messages wait for the peer to accept. Next: securing, open, closed.
    case connecting([(bytes: [UInt8], ticket: SendTicket)])
    /// Messages wait for TLS to be agreed on. Next: open, closed.
    case securing(any Channel, [(bytes: [UInt8], ticket: SendTicket)])
    /// Next: lingering, closed.
    case open(any Channel)
    /// Nothing is read any more, because the peer stopped sending or what it sends makes no sense;
    /// answers still leave. Next: finished (unless the peer is done too), closed.
    case lingering(any Channel, peerFinished: Bool)
    /// We said all; the peer has until the deadline to take it and close. Next: closed.
    case finished(any Channel)
    case closed
  }

  /// Its own number is in it.
  let flow: Flow
  let id: ConnectionID
  /// What is reused is found by it.
  let route: ConnectionDirectory.Route
  let wasAccepted: Bool
  /// When the sweep closes it.
  private(set) var deadline: NIODeadline
  /// Whether it is on its loop's list of what to flush.
  var isListed = false

  private let loop: LoopTransport
  private var state: State
  private var framer: StreamFramer
  private var unframed = UnframedBytes()
  private var hasReceivedMessage = false
  private var isWithinMessage = false
  /// Bytes that the kernel has not taken yet.
  private var backlog = 0
  var hasBacklog: Bool { backlog > 0 }
  /// Requests received less final responses sent.
  private var unanswered = 0
  /// What TLS said when it could not be agreed on.
  private var handshakeError: String?

  private init(
    _ flow: Flow, _ serverName: String?, _ id: ConnectionID, _ loop: LoopTransport,
    _ state: State
  ) {
    self.flow = flow
    route = .init(flow, serverName)
    self.id = id
    self.loop = loop
    self.state = state
    framer = StreamFramer(limits: loop.limits.sip)
    switch state {
    case .open:
      wasAccepted = true
      deadline = .now() + loop.limits.firstMessageTimeout
    case .securing:
      wasAccepted = true
      deadline = .now() + loop.limits.handshakeTimeout
    case .connecting, .lingering, .finished, .closed:
      wasAccepted = false
      deadline = .distantFuture
    }
  }

  private init(_ handed: HandedConnection, _ loop: LoopTransport) {
    flow = handed.flow
    route = .init(handed.flow)
    id = handed.id
    self.loop = loop
    state = .connecting([])
    framer = StreamFramer(limits: loop.limits.sip)
    wasAccepted = handed.wasAccepted
    deadline = .distantFuture
  }

  static func accepted(
    _ channel: any Channel, _ flow: Flow, _ id: ConnectionID, _ loop: LoopTransport
  ) -> StreamConnection {
    StreamConnection(flow, nil, id, loop, flow.isSecure ? .securing(channel, []) : .open(channel))
  }

  static func connecting(
    _ flow: Flow, _ serverName: String?, _ id: ConnectionID, _ loop: LoopTransport
  ) -> StreamConnection {
    StreamConnection(flow, serverName, id, loop, .connecting([]))
  }

  /// A connection that another process had; it is open when its channel is there.
  static func adopted(_ handed: HandedConnection, _ loop: LoopTransport) -> StreamConnection {
    let connection = StreamConnection(handed, loop)
    connection.unanswered = handed.unanswered
    // It was a peer of the other process, so it need not introduce itself again.
    connection.hasReceivedMessage = true
    return connection
  }
}

// Handing over to another process.
extension StreamConnection {
  /// Lets go of a connection that is open and has nothing left to write, or answers nil.
  ///
  /// - Parameter duplicate: another descriptor of the channel's socket, or nil.
  func handOver(duplicate: (any Channel) -> CInt?) -> HandedConnection? {
    // The keys of TLS are this process's, and stay with it.
    guard case .open(let channel) = state, !flow.isSecure, backlog == 0,
      let descriptor = duplicate(channel)
    else { return nil }
    state = .closed
    loop.forget(self)
    // The socket stays open under its other number.
    channel.close(mode: .all, promise: nil)
    return HandedConnection(
      flow: flow, id: id, descriptor: descriptor, wasAccepted: wasAccepted,
      unanswered: unanswered, unframed: unframed.bytes)
  }

  func stopReading() {
    guard case .open(let channel) = state else { return }
    try? channel.syncOptions?.setOption(.autoRead, value: false)
  }
}

// Connecting, and being closed.
extension StreamConnection {
  func connected(_ channel: any Channel) {
    guard case .connecting(let queue) = state else {
      channel.close(mode: .all, promise: nil)
      return
    }
    guard channel.isActive else { return connectFailed(ChannelError.ioOnClosedChannel) }
    if flow.isSecure {
      state = .securing(channel, queue)
      deadline = .now() + loop.limits.handshakeTimeout
    } else {
      open(channel, queue)
    }
  }

  /// TLS is agreed on.
  func secured() {
    guard case .securing(let channel, let queue) = state else { return }
    loop.handshakeEnded(self)
    loop.counters.handshakes.add()
    open(channel, queue)
  }

  private func open(
    _ channel: any Channel, _ queue: [(bytes: [UInt8], ticket: SendTicket)]
  ) {
    state = .open(channel)
    deadline =
      .now() + (wasAccepted ? loop.limits.firstMessageTimeout : loop.limits.idleTimeout)
    for (bytes, ticket) in queue { write(bytes, on: channel, ticket) }
  }

  /// TLS cannot be agreed on, or not in time.
  private func handshakeFailed(_ reason: DropReason) {
    guard case .securing(let channel, let queue) = state else { return }
    state = .closed
    loop.counters.count(reason)
    loop.handshakeEnded(self)
    loop.forget(self)
    for (_, ticket) in queue { ticket.report(.connectFailed(handshakeError ?? "no TLS")) }
    channel.close(mode: .all, promise: nil)
  }

  func connectFailed(_ error: any Error) {
    guard case .connecting(let queue) = state else { return }
    state = .closed
    loop.forget(self)
    loop.counters.count(.connectFailed, queue.count)
    for (_, ticket) in queue { ticket.report(.connectFailed("\(error)")) }
  }

  /// The peer stopped sending, but may still read (RFC 9293 §3.6).
  func inputEnded() {
    switch state {
    case .open(let channel):
      linger(channel, peerFinished: true)
    case .lingering(let channel, _):
      state = .lingering(channel, peerFinished: true)
      finishIfDone()
    case .finished:
      close()
    case .securing:
      handshakeFailed(.handshakeFailed)
    case .connecting, .closed:
      break
    }
  }

  /// The channel has come to grief.
  func failed(_ error: any Error) {
    handshakeError = "\(error)"
    if case .securing = state { handshakeFailed(.handshakeFailed) } else { close() }
  }

  /// The channel is gone.
  func ended() {
    switch state {
    case .open:
      loop.connectionClosed(flow)
    case .lingering, .finished:
      break
    case .securing:
      return handshakeFailed(.handshakeFailed)
    case .connecting, .closed:
      return
    }
    state = .closed
    loop.forget(self)
  }

  /// Closes now; what the kernel has not taken fails.
  func close(_ failure: SendFailure = .connectionClosed) {
    switch state {
    case .connecting(let queue):
      for (_, ticket) in queue { ticket.report(failure) }
      state = .closed
      loop.forget(self)
    case .securing(let channel, let queue):
      state = .closed
      loop.handshakeEnded(self)
      loop.forget(self)
      for (_, ticket) in queue { ticket.report(failure) }
      channel.close(mode: .all, promise: nil)
    case .open(let channel), .lingering(let channel, _), .finished(let channel):
      ended()
      channel.close(mode: .all, promise: nil)
    case .closed:
      break
    }
  }

  func expire() {
    switch state {
    case .open:
      let reason: DropReason =
        if wasAccepted && !hasReceivedMessage {
          .firstMessageTimeout
        } else if isWithinMessage {
          .messageTimeout
        } else {
          .idleTimeout
        }
      loop.counters.count(reason)
      close()
    case .lingering, .finished:
      close()
    case .securing:
      handshakeFailed(.handshakeTimeout)
    case .connecting, .closed:
      break
    }
  }

  private func linger(_ channel: any Channel, peerFinished: Bool) {
    state = .lingering(channel, peerFinished: peerFinished)
    deadline = .now() + loop.limits.lingerTimeout
    loop.retire(self)
    loop.connectionClosed(flow)
    finishIfDone()
  }

  private func finishIfDone() {
    guard case .lingering(let channel, let peerFinished) = state, unanswered == 0, backlog == 0
    else { return }
    if peerFinished {
      close()
    } else {
      // Closing for both directions with bytes unread would reset the connection, and the reset
      // could overtake the answer.
      state = .finished(channel)
      channel.close(mode: .output, promise: nil)
    }
  }
}

// Receiving.
extension StreamConnection {
  func received(_ buffer: ByteBuffer) {
    guard case .open = state else { return }
    framer.append(buffer.readableBytesView)
    unframed.append(buffer.readableBytesView)
    var progressed = false
    // The one who receives a message may close the connection.
    while case .open(let channel) = state {
      do throws(FramingError) {
        guard let frame = try framer.next() else { break }
        progressed = true
        unframed.remove(frame)
        take(frame, channel)
      } catch {
        return refuse(error, on: channel)
      }
    }
    unframed.settle()
    watch(progressed)
  }

  private func take(_ frame: StreamFramer.Frame, _ channel: any Channel) {
    switch frame {
    case .message(let bytes):
      hasReceivedMessage = true
      if StreamAnswer.wantsAnswer(bytes) { unanswered += 1 }
      loop.received(bytes, from: flow)
    case .ping:
      write(StreamAnswer.pong, on: channel, nil)
    case .pong:
      break
    }
  }

  /// A message's deadline is set by its first byte, and no later byte moves it: dripping wins
  /// nothing. Until the first message the deadline set by accepting stands.
  private func watch(_ progressed: Bool) {
    let wasWithinMessage = isWithinMessage
    isWithinMessage = framer.isWithinMessage
    guard case .open = state, hasReceivedMessage || !wasAccepted else { return }
    if !isWithinMessage {
      deadline = .now() + loop.limits.idleTimeout
    } else if progressed || !wasWithinMessage {
      deadline = .now() + loop.limits.messageTimeout
    }
  }

  /// RFC 3261 §18.3: without a length, where the next message begins is unknown.
  private func refuse(_ error: FramingError, on channel: any Channel) {
    loop.counters.count(.framing)
    guard let answer = StreamAnswer.refusal(of: error, from: flow) else { return close() }
    write(answer, on: channel, nil)
    guard case .open = state else { return }
    linger(channel, peerFinished: false)
  }
}

// Sending.
extension StreamConnection {
  /// Takes a message, to leave with the next flush.
  ///
  /// - Returns: false if the message has to go another way: the connection is gone, or this is a
  ///   request, to which no answer could come here any more.
  func send(_ bytes: [UInt8], _ ticket: SendTicket) -> Bool {
    switch state {
    case .connecting(let queue):
      if let queue = enqueue(bytes, ticket, behind: queue) { state = .connecting(queue) }
    case .securing(let channel, let queue):
      if let queue = enqueue(bytes, ticket, behind: queue) { state = .securing(channel, queue) }
    case .open(let channel):
      if hasReceivedMessage || !wasAccepted, !isWithinMessage {
        deadline = .now() + loop.limits.idleTimeout
      }
      write(bytes, on: channel, ticket)
    case .lingering(let channel, _):
      guard StreamAnswer.isResponse(bytes) else { return false }
      write(bytes, on: channel, ticket)
    case .finished, .closed:
      return false
    }
    return true
  }

  func flush() {
    switch state {
    case .open(let channel), .lingering(let channel, _): channel.flush()
    case .connecting, .securing, .finished, .closed: break
    }
  }

  private func enqueue(
    _ bytes: [UInt8], _ ticket: SendTicket, behind queue: [(bytes: [UInt8], ticket: SendTicket)]
  ) -> [(bytes: [UInt8], ticket: SendTicket)]? {
    guard queue.count < loop.limits.connectingMessages,
      queue.reduce(bytes.count, { $0 + $1.bytes.count }) <= loop.limits.connectionBacklogBytes
    else {
      loop.counters.count(.sendQueueFull)
      ticket.report(.queueFull)
      return nil
    }
    return queue + [(bytes, ticket)]
  }

  private func write(_ bytes: [UInt8], on channel: any Channel, _ ticket: SendTicket?) {
    guard backlog + bytes.count <= loop.limits.connectionBacklogBytes else {
      loop.counters.count(.connectionBacklog)
      ticket?.report(.connectionClosed)
      return close()
    }
    backlog += bytes.count
    if StreamAnswer.isFinalResponse(bytes), ticket != nil { unanswered = max(0, unanswered - 1) }
    let promise = channel.eventLoop.makePromise(of: Void.self)
    promise.futureResult.assumeIsolated().whenComplete { result in
      self.written(bytes.count, ticket, result)
    }
    let buffer = channel.allocator.buffer(bytes: bytes)
    channel.pipeline.syncOperations.write(NIOAny(buffer), promise: promise)
    loop.list(self)
  }

  private func written(_ count: Int, _ ticket: SendTicket?, _ result: Result<Void, any Error>) {
    backlog -= count
    switch result {
    case .success:
      if ticket != nil { loop.counters.sent(on: flow.transport).add() }
      finishIfDone()
    case .failure:
      ticket?.report(.connectionClosed)
    }
  }
}
