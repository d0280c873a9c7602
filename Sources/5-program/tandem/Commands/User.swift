import ArgumentParser
import Foundation
import Softswitch
import Storage
import TandemServer

struct User: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Subscribers in the database. Those in the YAML file are changed there.",
    discussion: "A running node takes changes at once; it need not run.",
    subcommands: [
      Add.self, List.self, Show.self, Set.self, SetPassword.self, SetNumber.self, Remove.self,
    ])

  struct Add: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Add a subscriber.")

    @OptionGroup var change: UserChange
    @OptionGroup var password: PasswordOptions
    @Option(help: "An E.164 number that also reaches the subscriber: +15550002.")
    var number: String?

    func run() async throws {
      try await change.make { provisioning, address in
        try provisioning.mustNotStand(address)
        return try provisioning.add(
          address, number: number, .password(Secret(try password.read())))
      }
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the subscribers of the YAML file and of the database.")

    @OptionGroup var node: NodeOptions
    @OptionGroup var list: ListOptions

    func run() async throws {
      let (configuration, store) = try node.openStore()
      defer { store.close() }
      let rows = try SubscriberProvisioning(configuration, store)
        .list(domain: nil, after: nil, limit: .max)
      if list.json { return try printJSON(rows) }
      printTable(
        ["SUBSCRIBER", "NUMBER", "KEPT IN"],
        rows.map { [$0.id, $0.number ?? "-", $0.origin] })
    }
  }

  struct SetPassword: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Change a subscriber's password.")

    @OptionGroup var change: UserChange
    @OptionGroup var password: PasswordOptions

    func run() async throws {
      try await change.make { provisioning, address in
        try provisioning.mustNotStand(address)
        return try provisioning.change(
          address, credential: .password(Secret(try password.read())), number: nil)
      }
    }
  }

  struct SetNumber: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Change a subscriber's number, or take it away.")

    @OptionGroup var change: UserChange
    @Option(help: "The new one: +15550002. Without this option there is none from now on.")
    var number: String?

    func run() async throws {
      try await change.make { provisioning, address in
        try provisioning.change(address, credential: nil, number: .some(number))
      }
    }
  }

  struct Remove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Remove a subscriber and its registrations.")

    @OptionGroup var change: UserChange

    func run() async throws {
      try await change.make { provisioning, address in
        let gone = try provisioning.find(address)
        try provisioning.remove(address)
        return gone
      }
    }
  }
}

/// What the commands have in common that change a subscriber.
struct UserChange: ParsableArguments {
  @OptionGroup var node: NodeOptions
  @OptionGroup var output: ResultOptions
  @Argument(help: "user@domain, or user for the node's first domain.", completion: .subscriber)
  var subscriber: String

  /// Makes a change in the database, has a running node take it, and shows what came of it.
  func make(
    _ body: (SubscriberProvisioning, AddressOfRecord) throws -> SubscriberDocument
  ) async throws {
    let (configuration, store) = try node.openStore()
    defer { store.close() }
    let provisioning = SubscriberProvisioning(configuration, store)
    let document: SubscriberDocument
    do {
      document = try body(provisioning, try provisioning.address(subscriber))
    } catch ProvisioningRefusal.configured(let address) {
      throw Refusal(
        "\(address) stands in \(node.config); a subscriber may stand in the configuration file or "
          + "in the database, not in both. Change it in the file")
    } catch let refusal as ProvisioningRefusal {
      throw Refusal("\(refusal)")
    }
    await tellNode(configuration)
    if output.json { try printJSON(document) }
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

extension Configuration {
  /// The address of what a command may change: the YAML file is the only place to change what
  /// stands there.
  func changeable(_ text: String, _ store: Store) throws -> AddressOfRecord {
    let provisioning = SubscriberProvisioning(self, store)
    do {
      let address = try provisioning.address(text)
      try provisioning.mustNotStand(address)
      return address
    } catch { throw Refusal("\(error)") }
  }
}
