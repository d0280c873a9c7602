import ArgumentParser
import Foundation
import Softswitch
import Storage
import TandemServer

struct Group: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Ring groups in the database. Those in the YAML file are changed there.",
    subcommands: [Add.self, List.self, Remove.self])

  struct Add: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Add a ring group.")

    @OptionGroup var node: NodeOptions
    @Argument(help: "name@domain, or name for the node's first domain.")
    var group: String
    @Option(name: .customLong("member"), help: "A user, a number or a group; once for each.")
    var members: [String]
    @Option(help: "What else is dialled for it: 600.")
    var number: String?
    @Option(help: "parallel (all at once) or serial (one after the other).")
    var strategy = "parallel"
    @Option(help: "Seconds that all ring, or each one of a serial group.")
    var ringTimeout = 20
    @Flag(help: "Pass over members who are in a call.")
    var skipBusy = false
    @Option(help: "Where a call goes that no member has taken.")
    var then: String?

    func run() async throws {
      let (configuration, store) = try node.openStore()
      defer { store.close() }
      let address = try configuration.changeable(group, store)
      let record = try record(address)
      try refusing {
        for target in members + [then].compactMap({ $0 }) {
          try refuseDangling(target, in: address.domain, configuration, store)
        }
        // What the file says is as much in the way as what the database has.
        try Node.check(adding: RingGroup(record), configuration, store)
        try store.addGroup(record)
      }
      await tellNode(configuration)
    }

    private func record(_ address: AddressOfRecord) throws -> GroupRecord {
      guard let strategy = RingGroup.Strategy(rawValue: strategy) else {
        throw Refusal("--strategy is parallel or serial, not \"\(strategy)\"")
      }
      guard 1...600 ~= ringTimeout else {
        throw Refusal("--ring-timeout is from 1 to 600 seconds")
      }
      guard 1...RingGroup.maximumMembers ~= members.count else {
        throw Refusal("a group has 1 to \(RingGroup.maximumMembers) members")
      }
      if let number, !isDialTarget(number) || number.contains("@") {
        throw Refusal("\"\(number)\" is no number to dial")
      }
      return GroupRecord(
        domain: address.domain, name: address.user, number: number, strategy: strategy.rawValue,
        members: members, ringTimeout: Int64(ringTimeout) * 1000, skipsBusy: skipBusy, then: then,
        created: Int64(Date().timeIntervalSince1970 * 1_000_000_000))
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the groups of the YAML file and of the database.")

    @OptionGroup var node: NodeOptions
    @OptionGroup var list: ListOptions

    private struct Row: Encodable {
      let name, domain, strategy, ringTimeout, source: String
      let number, then: String?
      let members: [String]
      let skipBusy: Bool

      init(_ group: RingGroup) {
        name = group.address.user
        domain = group.address.domain
        strategy = group.strategy.rawValue
        ringTimeout = "\(Int(group.ringTimeout / .seconds(1)))s"
        source = group.origin == .configuration ? "yaml" : "database"
        number = group.number
        then = group.then
        members = group.members
        skipBusy = group.skipsBusy
      }
    }

    func run() async throws {
      let (configuration, store) = try node.openStore()
      defer { store.close() }
      let groups = try configuration.ringGroups + store.groups().map { RingGroup($0) }
      let rows = groups.map { Row($0) }
      if list.json { return try printJSON(rows) }
      printTable(
        ["GROUP", "NUMBER", "STRATEGY", "MEMBERS", "THEN", "KEPT IN"],
        rows.map {
          [
            "\($0.name)@\($0.domain)", $0.number ?? "-", $0.strategy,
            $0.members.joined(separator: ", "), $0.then ?? "-", $0.source,
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
      let address = try configuration.changeable(group, store)
      try refusing { try store.removeGroup(name: address.user, domain: address.domain) }
      await tellNode(configuration)
    }
  }
}
