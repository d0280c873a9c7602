import Addressing
import NIOCore
import NIOHTTP1
import NIOPosix

/// The server answered with something other than a success.
package struct HTTPFailure: Error {
  package let status: Int
  package let body: [UInt8]

  /// What the server says about it, if it says it as a problem document (RFC 9457).
  package var detail: String? {
    guard case .object(let members)? = try? JSONValue(parsing: body),
      case .string(let detail)? = members["detail"]
    else { return nil }
    return detail
  }
}

/// Nobody takes connections there.
package struct HTTPUnreachable: Error {}

/// The most that a node's answer may weigh, in bytes: 100,000 calls in words.
private let maximumAnswer = 256 << 20

/// What the command line does with a node's HTTP interface.
package enum HTTPVerb: Sendable {
  case get, post, delete

  fileprivate var method: HTTPMethod {
    switch self {
    case .get: .GET
    case .post: .POST
    case .delete: .DELETE
    }
  }
}

/// Asks a node's HTTP interface one thing, or gives up after some seconds.
///
/// - Parameter token: the node's `http.adminToken`, if it has one.
/// - Throws: `HTTPFailure` for an answer that is no success, else what the network said.
package func httpRequest(
  _ verb: HTTPVerb, _ path: String, from endpoint: IPEndpoint, token: Secret? = nil
) async throws -> [UInt8] {
  try await withThrowingTaskGroup(of: [UInt8].self) { group in
    group.addTask { try await request(verb, path, from: endpoint, token) }
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
  _ verb: HTTPVerb, _ path: String, from endpoint: IPEndpoint, _ token: Secret?
) async throws -> [UInt8] {
  try await connect(to: endpoint).executeThenClose { inbound, outbound in
    var headers: HTTPHeaders = ["Host": endpoint.description, "Connection": "close"]
    if let token { headers.add(name: "Authorization", value: "Bearer \(token.clearText)") }
    try await outbound.write(
      .head(HTTPRequestHead(version: .http1_1, method: verb.method, uri: path, headers: headers)))
    try await outbound.write(.end(nil))
    return try await answer(inbound)
  }
}

private func connect(
  to endpoint: IPEndpoint
) async throws -> NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart> {
  do {
    return try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .connectTimeout(.seconds(3))
      .connect(host: endpoint.address.description, port: Int(endpoint.port)) { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHTTPClientHandlers()
          return try NIOAsyncChannel(wrappingChannelSynchronously: channel)
        }
      }
  } catch is NIOConnectionError {
    throw HTTPUnreachable()
  }
}

private func answer(
  _ inbound: NIOAsyncChannelInboundStream<HTTPClientResponsePart>
) async throws -> [UInt8] {
  var status = 0
  var body: [UInt8] = []
  for try await part in inbound {
    switch part {
    case .head(let head): status = Int(head.status.code)
    case .body(let bytes):
      guard body.count + bytes.readableBytes <= maximumAnswer else {
        throw HTTPFailure(status: 413, body: [])
      }
      body.append(contentsOf: bytes.readableBytesView)
    case .end:
      guard (200..<300).contains(status) else { throw HTTPFailure(status: status, body: body) }
      return body
    }
  }
  throw ChannelError.eof
}
