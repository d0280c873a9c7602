import Addressing
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging

/// What operators and their tools ask a node over HTTP.
///
/// `/healthz` says that the process lives, `/readyz` that it takes calls, `/metrics` speaks to
/// Prometheus. What is under `/api/v1` serves the command line and is answered only to the
/// machine itself: it names who calls whom, and ends things.
struct HTTPInterface {
  let node: any NodeControl
  let listen: IPEndpoint
  let logger: Logger
  /// Called once it listens.
  let whenListening: @Sendable () async -> Void

  func application() -> some ApplicationProtocol {
    let router = Router(context: SourcedRequestContext.self)
    let node = node
    router.get("/healthz") { _, _ in plain("ok\n") }
    router.get("/readyz") { _, _ in
      await node.isReady
        ? plain("ready\n") : plain("not ready\n", status: .serviceUnavailable)
    }
    router.get("/metrics") { _, _ in
      plain(await node.metrics(), type: "text/plain; version=0.0.4; charset=utf-8")
    }
    router.get("/api/v1/status") { _, context in
      try context.requireLoopback()
      return try json(await node.status())
    }
    router.get("/api/v1/calls") { _, context in
      try context.requireLoopback()
      return try json(await node.calls())
    }
    router.post("/api/v1/drain") { request, context in
      try context.requireLoopback()
      await node.drain(request.uri.queryParameters["off"] == nil)
      return try json(await node.status())
    }
    router.post("/api/v1/upgrade") { _, context in
      try context.requireLoopback()
      do {
        try await node.upgrade()
      } catch {
        throw HTTPError(.conflict, message: "\(error)")
      }
      return plain("the next process takes over\n")
    }
    return Application(
      router: router,
      // A stranger's half requests must not take the descriptors of calls.
      server: .http1(configuration: .init(idleTimeout: .seconds(15))),
      configuration: .init(
        address: .hostname("\(listen.address)", port: Int(listen.port)), serverName: "tandem",
        availableConnectionsDelegate: MaximumAvailableConnections(maximumConnections)),
      onServerRunning: { _ in await whenListening() }, logger: logger)
  }
}

/// Connections to the HTTP interface at one time.
private let maximumConnections = 256

/// What the HTTP interface asks of a node.
package protocol NodeControl: Sendable {
  var isReady: Bool { get async }
  func metrics() async -> String
  func status() async -> NodeStatus
  func calls() async -> [CallSummary]
  /// Begins, or ends, to refuse new calls.
  func drain(_ isOn: Bool) async
  /// Has a new process take over.
  func upgrade() async throws
}

/// Knows where a request came from.
private struct SourcedRequestContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  let source: IPAddress?

  init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
    self.source = source.channel.remoteAddress?.ipAddress.flatMap { IPAddress($0) }
  }

  func requireLoopback() throws {
    guard source?.isLoopback == true else {
      throw HTTPError(.forbidden, message: "only from this machine itself")
    }
  }
}

private func plain(
  _ text: String, status: HTTPResponse.Status = .ok, type: String = "text/plain; charset=utf-8"
) -> Response {
  Response(
    status: status, headers: [.contentType: type],
    body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
}

private func json(_ document: some Encodable) throws -> Response {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  return Response(
    status: .ok, headers: [.contentType: "application/json"],
    body: ResponseBody(byteBuffer: ByteBuffer(bytes: try encoder.encode(document))))
}
