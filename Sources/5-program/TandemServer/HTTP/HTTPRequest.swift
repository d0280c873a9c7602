import Addressing
import NIOCore
import NIOHTTP1
import NIOPosix

/// The server answered with something other than 200.
package struct HTTPFailure: Error {
  package let status: Int
}

/// The most that a node's answer may weigh, in bytes: 100,000 calls in words.
private let maximumAnswer = 256 << 20

/// What the command line does with a node's HTTP interface.
package enum HTTPVerb: Sendable {
  case get, post

  fileprivate var method: HTTPMethod { self == .get ? .GET : .POST }
}

/// Asks a node's HTTP interface one thing, or gives up after some seconds.
package func httpRequest(
  _ verb: HTTPVerb, _ path: String, from endpoint: IPEndpoint
) async throws -> [UInt8] {
  try await withThrowingTaskGroup(of: [UInt8].self) { group in
    group.addTask { try await request(verb, path, from: endpoint) }
    group.addTask {
      try await Task.sleep(for: .seconds(10))
      throw ChannelError.connectTimeout(.seconds(10))
    }
    defer { group.cancelAll() }
    guard let body = try await group.next() else { throw ChannelError.eof }
    return body
  }
}

private func request(
  _ verb: HTTPVerb, _ path: String, from endpoint: IPEndpoint
) async throws -> [UInt8] {
  let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
    .connectTimeout(.seconds(3))
    .connect(host: endpoint.address.description, port: Int(endpoint.port)) { channel in
      channel.eventLoop.makeCompletedFuture {
        try channel.pipeline.syncOperations.addHTTPClientHandlers()
        return try NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>(
          wrappingChannelSynchronously: channel)
      }
    }
  return try await channel.executeThenClose { inbound, outbound in
    let headers: HTTPHeaders = ["Host": endpoint.description, "Connection": "close"]
    try await outbound.write(
      .head(HTTPRequestHead(version: .http1_1, method: verb.method, uri: path, headers: headers)))
    try await outbound.write(.end(nil))
    var body: [UInt8] = []
    for try await part in inbound {
      switch part {
      case .head(let head) where head.status != .ok:
        throw HTTPFailure(status: Int(head.status.code))
      case .head: break
      case .body(let bytes):
        guard body.count + bytes.readableBytes <= maximumAnswer else {
          throw HTTPFailure(status: 413)
        }
        body.append(contentsOf: bytes.readableBytesView)
      case .end:
        return body
      }
    }
    throw ChannelError.eof
  }
}
