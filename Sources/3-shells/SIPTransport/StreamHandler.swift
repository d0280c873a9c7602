import NIOCore

/// Takes what happens on a TCP channel to its connection.
final class StreamHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let connection: StreamConnection
  private let loop: LoopTransport

  init(_ connection: StreamConnection, _ loop: LoopTransport) {
    self.connection = connection
    self.loop = loop
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    connection.received(unwrapInboundIn(data))
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    loop.endTick()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if let event = event as? ChannelEvent, event == .inputClosed { connection.inputEnded() }
  }

  func channelInactive(context: ChannelHandlerContext) {
    connection.ended()
    // A channel that closes while it is read may not tell that the batch is complete.
    loop.endTick()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    loop.logger.debug(
      "TCP connection failed", metadata: ["peer": "\(connection.flow.remote)", "error": "\(error)"])
    connection.close()
  }
}
