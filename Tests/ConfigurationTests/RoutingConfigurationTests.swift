import Foundation
import Softswitch
import Storage
import Testing

@testable import TandemServer

@Suite("Forwarding, groups, limits and permissions in the file")
struct RoutingConfigurationTests {
  private let file = """
    node: {name: a1}
    store: sqlite:/var/lib/tandem/tandem.db
    sip: {listen: [udp:127.0.0.1:5060]}
    media: {address: 127.0.0.1, ports: 20000-20999}
    routing: {maximumDiversions: 3, doNotDisturbStatus: 486}
    domains:
      - name: example.test
        mayCall: [internal, services]
        subscribers:
          - user: alice
            password: secret1
            forward:
              busy: bob
              noAnswer: {to: "600", after: 15s}
              unregistered: sip:bob@example.test
            maximumCalls: 2
            mayCall: [internal, "+49", "!+49900"]
          - {user: bob, password: secret2, doNotDisturb: true, forward: {always: "9196"}}
    groups:
      - {name: sales, number: "600", strategy: serial, members: [alice, bob], skipBusy: true}
      - {name: support, members: ["600", bob@example.test], ringTimeout: 30s, then: "9196"}
    """

  private func problems(_ part: String, _ wrong: String) throws -> [String] {
    try #require(file.contains(part))
    do {
      let configuration = try readConfiguration(
        file.replacingOccurrences(of: part, with: wrong), file: "t.yaml")
      try SubscriberRoster.check(configuration)
      return []
    } catch let error as ConfigurationProblems {
      return error.problems.map(\.description)
    } catch {
      return ["\(error)"]
    }
  }

  @Test("Everything is read, and the directory knows it")
  func reading() throws {
    let configuration = try readConfiguration(file, file: "t.yaml")
    #expect(
      configuration.routing
        == Configuration.Routing(maximumDiversions: 3, doNotDisturbStatus: 486))
    let subscribers = try #require(configuration.domains.first).subscribers
    #expect(
      subscribers.map(\.settings) == [
        SubscriberSettings(
          forward: Forwarding(
            busy: "bob", noAnswer: .init(to: "600", after: .seconds(15)),
            unregistered: "sip:bob@example.test"),
          maximumCalls: 2, mayCall: [.internal, .allow(prefix: "+49"), .deny(prefix: "+49900")]),
        SubscriberSettings(forward: Forwarding(always: "9196"), doNotDisturb: true),
      ])
    #expect(
      configuration.groups == [
        .init(
          name: "sales", number: "600", strategy: .serial, members: ["alice", "bob"],
          skipBusy: true),
        .init(
          name: "support", members: ["600", "bob@example.test"], ringTimeout: .seconds(30),
          then: "9196"),
      ])
    try SubscriberRoster.check(configuration)
  }

  @Test(
    "Mistakes are told by line, with what to write",
    arguments: [
      (
        "busy: bob", "busy: sip:bob@elsewhere.test",
        "t.yaml:13: sip:bob@elsewhere.test leads nowhere: elsewhere.test is none of the node's "
          + "domains; write somebody in one of them"
      ),
      (
        "busy: bob", "busy: \"b b\"",
        "t.yaml:13: domains.subscribers.forward.busy: \"b b\" is nobody to call; write a user, "
          + "a number in quotes, user@domain or a sip: URI, such as bob"
      ),
      (
        "busy: bob", "bussy: bob",
        "t.yaml:13: unknown key \"bussy\" in forward; did you mean \"busy\"?"
      ),
      (
        "\"!+49900\"", "\"49 900\"",
        "t.yaml:17: domains.subscribers.mayCall: \"49 900\" is no dial rule; write internal, "
          + "services, a prefix such as \"+49\", or \"!+49900\" for what is not allowed"
      ),
      (
        "doNotDisturb: true", "doNotDisturb: maybe",
        "t.yaml:18: domains.subscribers.doNotDisturb: \"maybe\" is neither true nor false; "
          + "write one of them"
      ),
      (
        "doNotDisturbStatus: 486", "doNotDisturbStatus: 483",
        "t.yaml:5: doNotDisturbStatus is 480 or 486"
      ),
      (
        "name: support", "name: bob",
        "t.yaml:21: the name bob@example.test is taken already (line 18)"
      ),
      (
        "name: support", "name: support, number: \"600\"",
        "t.yaml:21: the number 600 is taken already (line 20)"
      ),
      (
        "strategy: serial", "strategy: searial",
        "t.yaml:20: groups.strategy: \"searial\" is not known; did you mean \"serial\"?"
      ),
    ])
  func mistakes(_ part: String, _ wrong: String, _ problem: String) throws {
    #expect(try problems(part, wrong) == [problem])
  }

  @Test("A target that nobody has is told when all subscribers are known")
  func dangling() throws {
    let found = try problems("busy: bob", "busy: nobody")
    #expect(found.count == 1)
    #expect(found[0].hasPrefix("alice@example.test: forward.busy: nobody leads nowhere"))
  }

  @Test("A domain's rules hold for those who have none of their own")
  func inheritance() throws {
    let domain = try #require(readConfiguration(file, file: "t.yaml").domains.first)
    #expect(
      domain.subscribers.map { $0.settings.inheriting(from: domain).mayCall?.count } == [3, 2])
  }

  @Test("What is set and kept comes back the same")
  func records() throws {
    for subscriber in try readConfiguration(file, file: "t.yaml").domains[0].subscribers {
      #expect(SubscriberSettings(SettingsRecord(subscriber.settings)) == subscriber.settings)
    }
    for group in try readConfiguration(file, file: "t.yaml").ringGroups {
      var stored = RingGroup(GroupRecord(group, created: 1))
      stored.origin = .configuration
      #expect(stored == group)
    }
  }
}
