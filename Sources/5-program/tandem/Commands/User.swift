import ArgumentParser
import Foundation
import Softswitch
import Storage
import TandemServer

struct User: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Subscribers in the database. Those in the YAML file are changed there.",
    subcommands: [Add.self, List.self, Show.self, Set.self, SetPassword.self, Remove.self])

  struct Add: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Add a subscriber.")

    @OptionGroup var node: NodeOptions
    @OptionGroup var password: PasswordOptions
    @Argument(help: "user@domain, or user for the node's first domain.")
    var subscriber: String
    @Option(help: "An E.164 number that also reaches the subscriber: +15550002.")
    var number: String?

    func run() async throws {
      let (configuration, store) = try node.openStore()
      defer { store.close() }
      let address = try SubscriberAddress(subscriber, in: configuration)
      try address.mustNotStand(in: configuration, of: node.config)
      try refuseTakenNumber(number, in: configuration)
      let secret = try password.read()
      try refusing {
        try refuseNamesOfGroups(address, number, configuration, store)
        try store.addSubscriber(
          SubscriberRecord(
            domain: address.domain, user: address.user, number: number,
            hashes: PasswordHashes(secret, for: address),
            created: Int64(Date().timeIntervalSince1970 * 1_000_000_000)))
      }
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the subscribers of the YAML file and of the database.")

    @OptionGroup var node: NodeOptions
    @OptionGroup var list: ListOptions

    private struct Row: Encodable {
      let user, domain, source: String
      let number: String?
    }

    func run() async throws {
      let (configuration, store) = try node.openStore()
      defer { store.close() }
      var rows = configuration.domains.flatMap { domain in
        domain.subscribers.map {
          Row(user: $0.user, domain: domain.name, source: "yaml", number: $0.number)
        }
      }
      rows += try store.subscribers().map {
        Row(user: $0.user, domain: $0.domain, source: "database", number: $0.number)
      }
      if list.json { return try printJSON(rows) }
      printTable(
        ["SUBSCRIBER", "NUMBER", "KEPT IN"],
        rows.map { ["\($0.user)@\($0.domain)", $0.number ?? "-", $0.source] })
    }
  }

  struct SetPassword: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Change a subscriber's password.")

    @OptionGroup var node: NodeOptions
    @OptionGroup var password: PasswordOptions
    @Argument(help: "user@domain, or user for the node's first domain.")
    var subscriber: String

    func run() async throws {
      let (configuration, store) = try node.openStore()
      defer { store.close() }
      let address = try SubscriberAddress(subscriber, in: configuration)
      try address.mustNotStand(in: configuration, of: node.config)
      let secret = try password.read()
      try refusing {
        try store.setHashes(
          PasswordHashes(secret, for: address), user: address.user, domain: address.domain)
      }
    }
  }

  struct Remove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Remove a subscriber and its registrations.")

    @OptionGroup var node: NodeOptions
    @Argument(help: "user@domain, or user for the node's first domain.")
    var subscriber: String

    func run() async throws {
      let (configuration, store) = try node.openStore()
      defer { store.close() }
      let address = try SubscriberAddress(subscriber, in: configuration)
      try address.mustNotStand(in: configuration, of: node.config)
      try refusing { try store.removeSubscriber(user: address.user, domain: address.domain) }
    }
  }
}

/// A password comes by option, or from standard input so that no process list shows it.
struct PasswordOptions: ParsableArguments {
  @Option(help: "The password. Without this option it is read from standard input.")
  var password: String?

  func read() throws -> String {
    if let password {
      guard !password.isEmpty else { throw Refusal("the password is empty") }
      return password
    }
    FileHandle.standardError.write(Data("Password: ".utf8))
    guard let line = readLine(strippingNewline: true), !line.isEmpty else {
      throw Refusal("no password was given")
    }
    return line
  }
}

func refusing(_ body: () throws -> Void) throws {
  do { try body() } catch { throw Refusal("\(error)") }
}
