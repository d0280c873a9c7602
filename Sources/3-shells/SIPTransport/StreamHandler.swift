import NIOCore
import NIOSSL
import NIOTLS

/// Takes what happens on a stream to its connection.
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
    if case .handshakeCompleted? = event as? TLSUserEvent { secured(context) }
  }

  private func secured(_ context: ChannelHandlerContext) {
    if let name = connection.route.serverName, loop.tls?.verifiesServers == true {
      let certificate = try? context.pipeline.syncOperations.nioSSL_peerCertificate()
      guard certificate?.speaks(for: name) == true else {
        errorCaught(context: context, error: WrongServerName(name: name))
        return context.close(promise: nil)
      }
    }
    connection.secured()
  }

  func channelInactive(context: ChannelHandlerContext) {
    connection.ended()
    // A channel that closes while it is read may not tell that the batch is complete.
    loop.endTick()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // The end of the stream without a farewell of TLS, of which we are told next: our messages have
    // lengths, so that nobody can cut one short by it (RFC 8446 §6.1).
    if case NIOSSLError.uncleanShutdown = error { return }
    loop.logger.debug(
      "connection failed", metadata: ["peer": "\(connection.flow.remote)", "error": "\(error)"])
    connection.failed(error)
  }
}
