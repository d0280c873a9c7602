import ArgumentParser
import Foundation
import Machines
import Storage
import TandemServer

struct Registrations: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Who is registered, and where: read from the database, running or not.")

  @OptionGroup var node: NodeOptions
  @OptionGroup var list: ListOptions

  private struct Row: Encodable {
    let user, domain, contact, transport, received, expires: String
    let q: Double
    let userAgent, instance: String?
    let flow: UInt32?
    let path: [String]
  }

  func run() async throws {
    let (_, store) = try node.openStore()
    defer { store.close() }
    let now = Int64(Date().timeIntervalSince1970 * 1_000_000_000)
    let rows = try store.bindings(liveAt: now).map {
      Row(
        user: $0.user, domain: $0.domain, contact: $0.contact, transport: $0.transport,
        received: $0.received.description,
        expires: WallTime(nanoseconds: $0.expiresAt).description, q: $0.q,
        userAgent: $0.userAgent, instance: $0.instance, flow: $0.regID,
        path: $0.path?.split(separator: "\n").map(String.init) ?? [])
    }
    if list.json { return try printJSON(rows) }
    printTable(
      ["SUBSCRIBER", "CONTACT", "REACHED AT", "EXPIRES", "Q", "PHONE"],
      rows.map {
        [
          "\($0.user)@\($0.domain)", $0.contact, "\($0.transport):\($0.received)", $0.expires,
          "\($0.q)", $0.userAgent ?? "-",
        ]
      })
  }
}
