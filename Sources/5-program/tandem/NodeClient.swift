import Addressing
import ArgumentParser
import Foundation
import TandemServer

/// Asks a running node over its HTTP interface.
struct NodeClient {
  let endpoint: IPEndpoint
  private let token: Secret?

  init(_ configuration: Configuration) throws {
    guard let http = configuration.http else {
      throw Refusal("the configuration has no http listener, so a running node cannot be asked")
    }
    var endpoint = http.listen
    if endpoint.address == .anyIPv4 { endpoint.address = .v4(0x7F00_0001) }
    if endpoint.address == .anyIPv6 { endpoint.address = .v6(0, 1) }
    self.endpoint = endpoint
    token = http.token
  }

  func get<Document: Decodable>(_ path: String, as type: Document.Type) async throws -> Document {
    try JSONDecoder().decode(type, from: Data(await ask(.get, path)))
  }

  func post<Document: Decodable>(_ path: String, as type: Document.Type) async throws -> Document {
    try JSONDecoder().decode(type, from: Data(await ask(.post, path)))
  }

  /// Every page of a list.
  func list<Item: Codable & Sendable>(_ path: String, of type: Item.Type) async throws -> [Item] {
    var items: [Item] = []
    var next: String?
    repeat {
      let after = next.map { "&after=\(queryEscaped($0))" } ?? ""
      let mark = path.contains("?") ? "&" : "?"
      let page = try await get(
        "\(path)\(mark)limit=1000\(after)", as: PageDocument<Item>.self)
      items += page.items
      next = page.next
    } while next != nil
    return items
  }

  /// Nil while nobody answers.
  func status() async -> NodeStatus? {
    guard let body = try? await request(.get, "/api/v1/status") else { return nil }
    return try? JSONDecoder().decode(NodeStatus.self, from: Data(body))
  }

  @discardableResult
  func ask(_ verb: HTTPVerb, _ path: String) async throws -> [UInt8] {
    do {
      return try await request(verb, path)
    } catch let error as HTTPFailure {
      throw Refusal(error.detail ?? "the node answered \(path) with \(error.status)")
    } catch {
      complain("no node answers at \(endpoint): is it running?")
      throw ExitCode.unreachable
    }
  }

  /// Asks for what may end the node's process sooner than its answer has left.
  func tell(_ verb: HTTPVerb, _ path: String) async throws {
    do {
      _ = try await request(verb, path)
    } catch let error as HTTPFailure {
      throw Refusal(error.detail ?? "the node answered \(path) with \(error.status)")
    } catch {}
  }

  /// Like `ask`, but false when there is nobody there to be asked.
  func asked(_ verb: HTTPVerb, _ path: String) async throws -> Bool {
    do {
      _ = try await request(verb, path)
      return true
    } catch let error as HTTPFailure {
      throw Refusal(error.detail ?? "the node answered \(path) with \(error.status)")
    } catch is HTTPUnreachable {
      return false
    } catch {
      throw Refusal("the node at \(endpoint) does not answer: \(error)")
    }
  }

  private func request(_ verb: HTTPVerb, _ path: String) async throws -> [UInt8] {
    do {
      return try await httpRequest(verb, path, from: endpoint, token: token)
    } catch let failure as HTTPFailure where failure.status == 401 && token != nil {
      // The file's token may be one that the node has yet to read; its own machine needs none.
      return try await httpRequest(verb, path, from: endpoint, token: nil)
    }
  }
}

/// Has a running node look at once at what was changed in its database; it would in a second.
func tellNode(_ configuration: Configuration) async {
  guard let client = try? NodeClient(configuration) else { return }
  _ = try? await client.asked(.post, "/api/v1/refresh")
}
