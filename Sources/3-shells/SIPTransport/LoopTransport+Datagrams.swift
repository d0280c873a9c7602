import NIOCore
import NIOPosix
import SIP
import STUN

extension LoopTransport {
  /// Receives on the descriptor, and sends on it when told to.
  func open(
    _ listener: ListenerConfiguration, _ descriptor: DatagramDescriptor
  ) -> EventLoopFuture<Void> {
    let own: CInt
    do {
      own = try descriptor.duplicated()
    } catch {
      return eventLoop.makeFailedFuture(error)
    }
    let slot = min(limits.sip.messageBytes, 65_535) + 1
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
        self.sockets[listener.id] = DatagramSocket(listener, descriptor, channel, self.limits)
      }
  }

  /// What waits there to be sent is lost.
  func stopListening(on listener: ListenerID) {
    eventLoop.assertInEventLoop()
    sockets.removeValue(forKey: listener)?.channel.close(promise: nil)
  }

  func received(_ bytes: ByteBufferView, from flow: Flow) {
    guard limits.access.admits(flow.remote.address) else { return counters.count(.deniedSource) }
    guard bytes.count <= limits.sip.messageBytes else { return counters.count(.oversizedDatagram) }
    switch DatagramKind(bytes) {
    case .keepAlive: counters.count(.keepAliveDatagram)
    case .stun: answerBinding(Array(bytes), flow)
    case .message:
      beginTick()
      counters.receivedDatagrams.add()
      delegate?.received(Array(bytes), from: flow, on: index)
    }
  }

  /// RFC 5626 §8: a phone keeps its way through a translator open, and sees whether it is still the
  /// same. Where there is no room, its next question is answered.
  private func answerBinding(_ bytes: [UInt8], _ flow: Flow) {
    guard let answer = BindingResponder.answer(to: bytes, from: flow.remote),
      let socket = sockets[flow.listener],
      (try? socket.write(answer, SendTicket(token: .none, flow: flow, origin: self))) != nil
    else { return counters.count(.stunDatagram) }
    counters.bindingsAnswered.add()
    list(socket)
    scheduleTick()
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
