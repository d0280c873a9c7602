import ArgumentParser
import Softswitch
import Storage
import TandemServer

struct Group: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Ring groups in the database. Those in the YAML file are changed there.",
    subcommands: [Add.self, List.self, Set.self, Remove.self])

  struct Add: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Add a ring group.")

    @OptionGroup var node: NodeOptions
    @OptionGroup var options: GroupOptions

    func run() async throws {
      try await options.make(node) { try $0.add($1, $2) }
    }
  }

  struct Set: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Change a ring group.",
      discussion: """
        Only what is named changes, at once for a node that runs. Members are given whole; "none" \
        takes number and then back.
        """)

    @OptionGroup var node: NodeOptions
    @OptionGroup var options: GroupOptions

    func run() async throws {
      try await options.make(node) { try $0.change($1, $2) }
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the groups of the YAML file and of the database.")

    @OptionGroup var node: NodeOptions
    @OptionGroup var list: ListOptions

    func run() async throws {
      let (configuration, store) = try node.openStore()
      defer { store.close() }
      let rows = try GroupProvisioning(configuration, store).list()
      if list.json { return try printJSON(rows) }
      printTable(
        ["GROUP", "NUMBER", "STRATEGY", "MEMBERS", "THEN", "KEPT IN"],
        rows.map {
          [
            $0.id, $0.number ?? "-", $0.strategy, $0.members.joined(separator: ", "),
            $0.then ?? "-", $0.origin,
          ]
        })
    }
  }

  struct Remove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Remove a ring group.")

    @OptionGroup var node: NodeOptions
    @Argument(help: "name@domain, or name for the node's first domain.", completion: .group)
    var group: String

    func run() async throws {
      let (configuration, store) = try node.openStore()
      defer { store.close() }
      try refusing {
        let address = try SubscriberProvisioning(configuration, store).address(group)
        try GroupProvisioning(configuration, store).remove(address)
      }
      await tellNode(configuration)
    }
  }
}

/// What is said of a group by those commands that write one.
struct GroupOptions: ParsableArguments {
  @Argument(help: "name@domain, or name for the node's first domain.")
  var group: String
  @Option(name: .customLong("member"), help: "A user, a number or a group; once for each.")
  var members: [String] = []
  @Option(help: "What else is dialled for it: 600.")
  var number: String?
  @Option(help: "parallel (all at once) or serial (one after the other).")
  var strategy: String?
  @Option(help: "Seconds that all ring, or each one of a serial group; 20 for a new one.")
  var ringTimeout: Int?
  @Flag(inversion: .prefixedNo, help: "Pass over members who are in a call.")
  var skipBusy: Bool?
  @Option(help: "Where a call goes that no member has taken.")
  var then: String?

  private var change: GroupChange {
    var change = GroupChange()
    change.number = number.map { $0 == "none" ? nil : $0 }
    change.strategy = strategy
    change.members = members.isEmpty ? nil : members
    change.ringTimeout = ringTimeout
    change.skipBusy = skipBusy
    change.then = then.map { $0 == "none" ? nil : $0 }
    return change
  }

  /// Makes a change in the database and has a running node take it.
  func make(
    _ node: NodeOptions,
    _ body: (GroupProvisioning, AddressOfRecord, GroupChange) throws -> GroupDocument
  ) async throws {
    let (configuration, store) = try node.openStore()
    defer { store.close() }
    try refusing {
      let address = try SubscriberProvisioning(configuration, store).address(group)
      _ = try body(GroupProvisioning(configuration, store), address, change)
    }
    await tellNode(configuration)
  }
}
