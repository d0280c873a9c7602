import Foundation
import Testing

extension IntegrationTests {
  @Suite("Calls that are sent on, as the command line has it")
  struct ForwardingTests {
    private let dora = Subscriber(user: "dora", password: "secret4")

    @Test("Busy, forwarded, answered; settings and groups take effect while the node runs")
    func forwarded() async throws {
      try await withNode { node in
        try await node.succeed("user", "add", "dora", "--password", "secret4")
        try await node.succeed("user", "set", "dora", "--forward-busy", "alice")
        try await node.succeed("group", "add", "sales", "--number", "600", "--member", "dora")
        // The node looks once a second for what another process has changed.
        try await Task.sleep(for: .milliseconds(1500))

        var busy = SIPp(
          scenario: "callee-refuses", values: ["status": "486", "reason": "Busy Here"])
        busy.calls = 2
        var answering = SIPp(scenario: "callee-forwarded")
        answering.values = ["from": "dora"]
        try await node.register(dora, at: busy.port)
        try await node.register(.alice, at: answering.port)
        let phones = [try await node.callee(busy), try await node.callee(answering)]
        var caller = SIPp(scenario: "caller-forwarded")
        caller.user = "dora"
        try await node.exchange(caller, with: [])
        try await phones[1].finish()
        let records = try await node.callRecords(3)
        let record = try #require(records.first { $0.calleeUser == "alice@example.test" })
        #expect(record.cause == 200)

        // A group takes its member's refusal as it is: no 181, and alice does not ring.
        var second = SIPp(scenario: "caller-refused")
        second.user = "600"
        second.values["status"] = "486"
        try await node.exchange(second, with: [])
        try await phones[0].finish()
      }
    }

    @Test("What leads nowhere, or is taken, is refused; what is shown is what was set")
    func commands() async throws {
      try await withNode(starting: false) { node in
        try await node.succeed("user", "add", "dora", "--password", "secret4")
        try await node.succeed(
          "user", "set", "dora", "--forward-no-answer", "bob@example.test", "--after", "20",
          "--dnd", "on", "--maximum-calls", "2", "--may-call", "internal,+49,!+49900")
        try await node.succeed("user", "set", "dora", "--dnd", "off")
        let shown = try await node.command("user", "show", "dora").output
        let settings = try JSONDecoder().decode(Settings.self, from: Data(shown.utf8))
        #expect(
          settings
            == Settings(
              forward: .init(noAnswer: .init(to: "bob@example.test", after: 20)),
              doNotDisturb: false, maximumCalls: 2, mayCall: ["internal", "+49", "!+49900"]))
        for (option, value) in [
          ("--forward-always", "nobody"), ("--forward-busy", "sip:bob@elsewhere.test"),
          ("--may-call", "49 30"), ("--maximum-calls", "0"), ("--dnd", "maybe"),
        ] {
          let refused = try await node.command("user", "set", "dora", option, value)
          #expect(refused.status == 1, "\(option) \(value)")
          #expect(!refused.errors.isEmpty)
        }
        #expect(try await node.command("user", "set", "bob", "--dnd", "on").status == 1)
        #expect(try await node.command("user", "show", "dora").output == shown)
        try await node.succeed(
          "group", "add", "sales", "--number", "600", "--member", "dora", "--member", "bob",
          "--strategy", "serial", "--then", "9196")
        for taken in [["bob"], ["x", "--number", "600"], ["x", "--number", "+15550002"]] {
          let refused = try await node.command(
            ["group", "add"] + taken + ["--member", "dora"])
          #expect(refused.status == 1, "\(taken): \(refused.output)")
        }
        for taken in ["sales", "600"] {
          let refused = try await node.command("user", "add", taken, "--password", "p")
          #expect(refused.status == 1, "\(taken): \(refused.output)")
        }
        let list = try await node.command("group", "list").output
        #expect(list.contains("sales@example.test  600     serial    dora, bob  9196  database"))
        try await node.succeed("group", "set", "sales", "--strategy", "parallel", "--then", "none")
        #expect(
          try await node.command("group", "list").output
            .contains("sales@example.test  600     parallel  dora, bob  -     database"))
        #expect(try await node.command("group", "set", "sales", "--member", "nobody").status == 1)
        #expect(try await node.command("group", "set", "nobody", "--skip-busy").status == 1)
        try await node.succeed("group", "remove", "sales")
        #expect(try await node.command("group", "list", "--json").output == "[\n\n]\n")
      }
    }

    private struct Settings: Decodable, Equatable {
      struct Forward: Decodable, Equatable {
        struct NoAnswer: Decodable, Equatable {
          let to: String
          let after: Int
        }
        let noAnswer: NoAnswer?
      }
      let forward: Forward
      let doNotDisturb: Bool
      let maximumCalls: Int?
      let mayCall: [String]?
    }
  }
}

extension TandemNode {
  /// Runs a command that must succeed.
  fileprivate func succeed(_ arguments: String...) async throws {
    let result = try await command(arguments)
    #expect(result.status == 0, "\(arguments): \(result.errors)")
  }
}
