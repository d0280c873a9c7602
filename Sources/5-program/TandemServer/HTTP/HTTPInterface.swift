import Addressing
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import Storage

/// What operators and their tools ask a node over HTTP.
///
/// `/healthz` says that the process lives, `/readyz` that it takes calls, `/metrics` speaks to
/// Prometheus. What is under `/api/v1` tells who calls whom, and changes things; `APIAccess` says
/// who may.
struct HTTPInterface {
  let node: any NodeControl
  let api: API
  let listen: IPEndpoint
  let logger: Logger
  /// Called once it listens.
  let whenListening: @Sendable () async -> Void

  init(
    node: any NodeControl, http: Configuration.HTTP, running: RunningConfiguration, store: Store,
    logger: Logger, whenListening: @escaping @Sendable () async -> Void
  ) {
    self.node = node
    self.listen = http.listen
    self.logger = logger
    self.whenListening = whenListening
    api = API.describing(
      APIServices(node: node, running: running, store: store).resources,
      access: APIAccess(running))
  }

  func application() -> some ApplicationProtocol {
    let router = Router(context: SourcedRequestContext.self)
    let node = node
    router.add(middleware: APIMiddleware(api: api, logger: logger))
    router.get("/healthz") { _, _ in plain("ok\n") }
    router.get("/readyz") { _, _ in
      await node.isReady
        ? plain("ready\n") : plain("not ready\n", status: .serviceUnavailable)
    }
    router.get("/metrics") { _, _ in
      plain(await node.metrics(), type: "text/plain; version=0.0.4; charset=utf-8")
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

/// Answers what is the API's.
private struct APIMiddleware: RouterMiddleware {
  let api: API
  let logger: Logger

  func handle(
    _ request: Request, context: SourcedRequestContext,
    next: (Request, SourcedRequestContext) async throws -> Response
  ) async throws -> Response {
    guard API.owns(request.uri.path) else { return try await next(request, context) }
    let answer = await respond(to: request, context)
    let response = Response(
      status: answer.status, headers: answer.headers,
      body: answer.body.isEmpty
        ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
    return request.method == .head ? response.createHeadResponse() : response
  }

  private func respond(to request: Request, _ context: SourcedRequestContext) async -> APIResponse {
    do {
      var answer = try await api.respond(
        to: request.head, from: APICaller(request.head, from: context.source)
      ) { limit in try await read(request.body, limit) }
      answer.harden()
      return answer
    } catch let problem as Problem {
      var answer = APIResponse.problem(problem)
      answer.harden()
      return answer
    } catch {
      logger.error("a request failed", metadata: ["error": "\(error)"])
      return .problem(Problem(.internalServerError, "the node could not do it; see its log"))
    }
  }

  /// Nil for a body that is longer than the limit.
  private func read(_ body: RequestBody, _ limit: Int) async throws -> [UInt8]? {
    var bytes: [UInt8] = []
    for try await part in body {
      guard bytes.count + part.readableBytes <= limit else { return nil }
      bytes.append(contentsOf: part.readableBytesView)
    }
    return bytes
  }
}

extension APIResponse {
  /// Nothing here is for a browser to keep, to guess the type of, or to show in a frame.
  fileprivate mutating func harden() {
    headers[.cacheControl] = "no-store"
    headers[.xContentTypeOptions] = "nosniff"
  }
}

/// Knows where a request came from.
struct SourcedRequestContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  let source: IPAddress?

  init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
    self.source = source.channel.remoteAddress?.ipAddress.flatMap { IPAddress($0) }
  }
}

private func plain(
  _ text: String, status: HTTPResponse.Status = .ok, type: String = "text/plain; charset=utf-8"
) -> Response {
  Response(
    status: status, headers: [.contentType: type],
    body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
}
