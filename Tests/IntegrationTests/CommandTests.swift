import Foundation
import Testing

extension IntegrationTests {
  @Suite("The command line")
  struct CommandTests {
    @Test("check accepts a right configuration, and says where a wrong one is wrong")
    func check() async throws {
      try await withNode(starting: false) { node in
        #expect(try await node.command("check").status == 0)
        let right = try String(contentsOf: node.file, encoding: .utf8)
        let wrong = right.replacing("media: {address:", with: "media: {adress:")
        try Data(wrong.utf8).write(to: node.file)
        let result = try await node.command("check")
        #expect(result.status == 2)
        let line = try #require(
          right.split(separator: "\n").firstIndex { $0.hasPrefix("media:") })
        #expect(result.errors.contains("\(node.file.lastPathComponent):\(line + 1)"))
        #expect(result.errors.contains("adress"))
        #expect(result.errors.contains("did you mean \"address\""))
        #expect(try await node.command("serve").status == 2)
      }
    }

    @Test("A command with words that it does not know fails without doing anything")
    func usage() async throws {
      try await withNode(starting: false) { node in
        let result = try await node.command("registrations", "--frobnicate")
        #expect(result.status == 64)
        #expect(result.errors.contains("frobnicate"))
      }
    }

    @Test("Asking a node that does not run exits with 3")
    func notRunning() async throws {
      try await withNode(starting: false) { node in
        for command in ["status", "calls"] {
          let result = try await node.command(command)
          #expect(result.status == 3)
          #expect(result.errors.contains("\(node.configuration.httpPort)"))
        }
      }
    }

    @Test("Every list is one JSON array, also an empty one")
    func emptyLists() async throws {
      try await withNode { node in
        for arguments in [["registrations"], ["calls"], ["cdr", "list"]] {
          let result =
            arguments.count == 1
            ? try await node.command(arguments[0], "--json")
            : try await node.command(arguments[0], arguments[1], "--json")
          #expect(result.status == 0)
          let list = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
          #expect((list as? [Any])?.isEmpty == true, "\(arguments): \(result.output)")
        }
        #expect(try await node.status().node == "a1")
      }
    }

    @Test("A subscriber is added, listed, given another password and removed while the node runs")
    func subscriber() async throws {
      struct Row: Decodable {
        let user: String
        let number: String?
      }
      try await withNode { node in
        var dave = Subscriber(user: "dave", password: "secret4", number: "+15550004")
        let added = try await node.command(
          "user", "add", "dave", "--number", "+15550004", input: "secret4\n")
        #expect(added.status == 0, "\(added.errors)")
        let rows = try await node.command("user", "list", "--json").decoded(as: [Row].self)
        #expect(rows.map(\.user).sorted() == ["alice", "bob", "dave"])
        #expect(rows.first { $0.user == "dave" }?.number == "+15550004")
        try await registersSoon(dave, at: node)

        dave.password = "another"
        let changed = try await node.command(
          "user", "set-password", "dave", input: "another\n")
        #expect(changed.status == 0, "\(changed.errors)")
        try await registersSoon(dave, at: node)

        #expect(try await node.command("user", "remove", "dave").status == 0)
        #expect(try await node.command("user", "remove", "dave").status == 1)
        #expect(try await node.registrations().isEmpty)
      }
    }

    /// A running node takes a moment to notice what the command line changed.
    private func registersSoon(_ subscriber: Subscriber, at node: TandemNode) async throws {
      let registers = try await eventually(within: .seconds(15)) {
        do {
          try await node.register(subscriber, at: Ports.one())
          return true
        } catch is TestFailure {
          return false
        }
      }
      #expect(registers, "\(subscriber.user) cannot register")
    }

    @Test("A subscriber of the configuration cannot be added to the database as well")
    func subscriberTwice() async throws {
      try await withNode(starting: false) { node in
        let result = try await node.command("user", "add", "alice", input: "x\n")
        #expect(result.status == 1)
        #expect(result.errors.contains("alice"))
        #expect(result.errors.contains("tandem.yaml"))
      }
    }

    @Test(
      "A subscriber who is in the configuration and in the database keeps the node from starting")
    func subscriberInBoth() async throws {
      var configuration = NodeConfiguration()
      configuration.subscribers = [.bob]
      try await withNode(configuration, starting: false) { node in
        #expect(try await node.command("user", "add", "alice", input: "x\n").status == 0)
        configuration.subscribers = [.alice, .bob]
        try Data(configuration.yaml(folder: node.folder).utf8).write(to: node.file)
        for command in ["check", "serve"] {
          let result = try await node.command(command)
          #expect(result.status != 0)
          #expect(result.errors.contains("alice"), "\(result.errors)")
        }
      }
    }

    @Test("Call records export as CSV and as lines of JSON")
    func export() async throws {
      try await withNode { node in
        try await node.exchange(
          SIPp(scenario: "caller", calls: 2), with: [SIPp(scenario: "callee")])
        _ = try await node.callRecords(2)

        let csv = try await node.command("cdr", "export", "--format", "csv").output
        let rows = csv.split(separator: "\r\n")
        #expect(rows.count == 3)
        #expect(rows.first?.hasPrefix("id,") == true)

        let lines = try await node.command("cdr", "export", "--format", "jsonl").output
          .split(separator: "\n")
        #expect(lines.count == 2)
        for line in lines {
          let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
          #expect((object as? [String: Any])?["cause"] as? Int == 200)
        }
      }
    }

    @Test("The node answers /healthz, /readyz and /metrics")
    func http() async throws {
      try await withNode { node in
        #expect(node.fetch("/healthz")?.status == 200)
        #expect(node.fetch("/readyz")?.status == 200)
        let metrics = try #require(node.fetch("/metrics"))
        #expect(metrics.status == 200)
        #expect(metrics.text.contains("# TYPE tandem_calls"))
        #expect(node.fetch("/nothing")?.status == 404)
      }
    }

    @Test("A port that somebody else has is named")
    func portTaken() async throws {
      try await withNode { node in
        let folder = node.folder.appending(path: "another")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var configuration = node.configuration
        configuration.mediaPorts = Ports.range(200)
        let other = try TandemNode(configuration, folder: folder)
        let second = try await other.command("serve")
        #expect(second.status == 1)
        #expect(second.errors.contains("\(node.configuration.sipPort)"), "\(second.errors)")
      }
    }

    @Test("A node that runs already is not started twice")
    func startedTwice() async throws {
      try await withNode { node in
        let second = try await node.command("serve")
        #expect(second.status == 1)
        #expect(second.errors.contains("the node runs already"), "\(second.errors)")
        #expect(node.isReady)
      }
    }
  }
}
