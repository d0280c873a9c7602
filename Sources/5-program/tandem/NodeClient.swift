import Addressing
import ArgumentParser
import Foundation
import TandemServer

/// Asks a running node over its HTTP interface.
struct NodeClient {
  let endpoint: IPEndpoint

  init(_ configuration: Configuration) throws {
    guard var endpoint = configuration.http?.listen else {
      throw Refusal("the configuration has no http listener, so a running node cannot be asked")
    }
    if endpoint.address == .anyIPv4 { endpoint.address = .v4(0x7F00_0001) }
    if endpoint.address == .anyIPv6 { endpoint.address = .v6(0, 1) }
    self.endpoint = endpoint
  }

  func get<Document: Decodable>(_ path: String, as type: Document.Type) async throws -> Document {
    try JSONDecoder().decode(type, from: Data(await ask(.get, path)))
  }

  func post<Document: Decodable>(_ path: String, as type: Document.Type) async throws -> Document {
    try JSONDecoder().decode(type, from: Data(await ask(.post, path)))
  }

  /// Nil while nobody answers.
  func status() async -> NodeStatus? {
    guard let body = try? await httpRequest(.get, "/api/v1/status", from: endpoint) else {
      return nil
    }
    return try? JSONDecoder().decode(NodeStatus.self, from: Data(body))
  }

  @discardableResult
  func ask(_ verb: HTTPVerb, _ path: String) async throws -> [UInt8] {
    do {
      return try await httpRequest(verb, path, from: endpoint)
    } catch let error as HTTPFailure {
      throw Refusal("the node answered \(path) with \(error.status)")
    } catch {
      complain("no node answers at \(endpoint): is it running?")
      throw ExitCode.unreachable
    }
  }
}
