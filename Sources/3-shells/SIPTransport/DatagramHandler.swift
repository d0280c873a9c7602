import NIOCore
import SIP

/// Takes what arrives on a UDP socket to its loop.
///
/// Errors never close the channel here: on a UDP socket they tell of one peer (RFC 3261 §18.4).
final class DatagramHandler: ChannelInboundHandler {
  typealias InboundIn = AddressedEnvelope<ByteBuffer>

  private let listener: ListenerID
  private let loop: LoopTransport

  init(_ listener: ListenerID, _ loop: LoopTransport) {
    self.listener = listener
    self.loop = loop
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let envelope = unwrapInboundIn(data)
    guard let remote = envelope.remoteAddress.endpoint else { return }
    let flow = Flow(transport: .udp, listener: listener, remote: remote)
    loop.received(envelope.data.readableBytesView, from: flow)
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    loop.endTick()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    loop.logger.debug("UDP socket error", metadata: ["error": "\(error)"])
  }
}
