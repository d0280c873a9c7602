import ArgumentParser
import Foundation
import Softswitch
import Storage
import TandemServer

struct Registrations: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Who is registered, and where: read from the database, running or not.",
    subcommands: [List.self, Remove.self], defaultSubcommand: List.self)

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List them.")

    @OptionGroup var node: NodeOptions
    @OptionGroup var list: ListOptions

    func run() async throws {
      let (_, store) = try node.openStore()
      defer { store.close() }
      let rows = try store.bindings(liveAt: wallClock()).map(RegistrationDocument.init)
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

  struct Remove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Take a subscriber's contacts away, from a running node at once.",
      discussion: """
        A phone that still has the password comes back when it next registers: change the \
        password first, to keep it away.
        """)

    @OptionGroup var node: NodeOptions
    @OptionGroup var output: ResultOptions
    @Argument(help: "user@domain, or user for the node's first domain.", completion: .subscriber)
    var subscriber: String
    @Option(help: "Only this contact, as `tandem registrations` has it.")
    var contact: String?

    func run() async throws {
      let (configuration, store) = try node.openStore()
      defer { store.close() }
      let address = try SubscriberProvisioning(configuration, store).address(subscriber)
      let found = try store.bindings(
        liveAt: wallClock(), of: (address.user, address.domain), after: nil, limit: 10_000
      ).map(RegistrationDocument.init).filter { contact == nil || $0.contact == contact }
      guard !found.isEmpty else { throw Refusal("\(address) has no such registration") }
      try await remove(found, of: address, configuration, store)
      if output.json { return try printJSON(found) }
      for registration in found { print("\(registration.contact.printable) is removed.") }
    }

    private func remove(
      _ found: [RegistrationDocument], of address: AddressOfRecord,
      _ configuration: Configuration, _ store: Store
    ) async throws {
      let client = configuration.http == nil ? nil : try NodeClient(configuration)
      for registration in found {
        let path = "/api/v1/registrations/\(queryEscaped(registration.id))"
        if try await client?.asked(.delete, path) == true { continue }
        _ = try store.removeBindings(
          user: address.user, domain: address.domain, contact: registration.contact)
      }
      if client == nil {
        complain("there is no http listener: a node that runs notices when it is started again")
      }
    }
  }
}

/// Nanoseconds since the Unix epoch.
private func wallClock() -> Int64 { Int64(Date().timeIntervalSince1970 * 1_000_000_000) }
