import Foundation
import Testing

extension IntegrationTests {
  /// With the programs that scan the Internet for telephones, and one that tests servers. svcrack
  /// takes its time: it runs with TANDEM_ATTACKS (`make attacks`).
  @Suite("Attacks: scanners")
  struct ScannerTests {
    private static let names = ["100", "101", "102", "200", "alice", "bob", "carol", "dave"]

    private func run(_ program: String, _ arguments: [String], on node: TandemNode) async throws
      -> (status: Int32?, text: String)
    {
      let path = "/usr/bin/\(program)"
      guard FileManager.default.isExecutableFile(atPath: path) else {
        throw TestFailure("\(program) is missing; `Scripts/setup test` installs it")
      }
      let child = try ChildProcess(
        path, arguments, folder: node.folder, name: "\(program)-\(UUID().uuidString.prefix(8))")
      let status = try await child.exitStatus(within: .seconds(20))
      if status == nil { await child.stop() }
      return (status, child.output + child.errors)
    }

    private func dictionary(_ words: [String], in node: TandemNode) throws -> String {
      let file = node.folder.appending(path: "words-\(words.count)")
      try Data((words.joined(separator: "\n") + "\n").utf8).write(to: file)
      return file.path
    }

    @Test("svmap finds a node that answers strangers, and none where scanners get no answer")
    func svmap() async throws {
      var silent = NodeConfiguration()
      silent.security = ["strangers: {ignoreUserAgents: [friendly-scanner]}"]
      try await withNode { open in
        try await withNode(silent) { silent in
          async let ofOpen = run("svmap", target(open), on: open)
          async let ofSilent = run("svmap", target(silent), on: silent)
          let (found, missed) = try await (ofOpen.text, ofSilent.text)
          #expect(found.contains("127.0.0.1:\(open.configuration.sipPort)"), "\(found)")
          #expect(!missed.contains("127.0.0.1:\(silent.configuration.sipPort)"), "\(missed)")
          #expect(try open.metrics()["tandem_strangers_scanners_total"] == 0)
          #expect((try silent.metrics()["tandem_strangers_scanners_total"] ?? 0) > 0)
        }
      }
    }

    /// The least pause between its requests.
    private func target(_ node: TandemNode) -> [String] {
      ["-t", "0.02", "-p", "\(node.configuration.sipPort)", "127.0.0.1"]
    }

    @Test("svwar tells no subscriber from a name that nobody has")
    func svwar() async throws {
      try await withNode { node in
        let words = try dictionary(Self.names, in: node)
        @Sendable func scan(_ method: String) async throws -> String {
          try await run("svwar", ["-d", words, "-m", method, "--force"] + target(node), on: node)
            .text
        }
        async let register = scan("REGISTER")
        async let invite = scan("INVITE")
        for text in try await [register, invite] {
          #expect(!Self.names.contains { text.contains("| \($0) ") }, "\(text)")
        }
        let metrics = try node.metrics()
        #expect((metrics["tandem_sip_requests_by_method_total{method=\"REGISTER\"}"] ?? 0) > 1)
        #expect((metrics["tandem_sip_requests_by_method_total{method=\"INVITE\"}"] ?? 0) > 1)
      }
    }

    @Test(
      "svcrack is turned away before it comes to the password, and the phone is not",
      .enabled(if: ProcessInfo.processInfo.environment["TANDEM_ATTACKS"] != nil))
    func svcrack() async throws {
      var configuration = NodeConfiguration()
      configuration.security = ["guessing: {delay: 10ms, longestDelay: 20ms}"]
      try await withNode(configuration) { node in
        let words = (0..<40).map { "guess\($0)" } + [Subscriber.bob.password]
        let arguments = [
          "-p", "\(configuration.sipPort)", "-u", "bob", "-d", try dictionary(words, in: node),
          "127.0.0.1",
        ]
        let text = try await run("svcrack", arguments, on: node).text
        #expect(!text.contains("| \(Subscriber.bob.password)"), "\(text)")
        let metrics = try node.metrics()
        #expect((metrics["tandem_authentication_failures_total"] ?? 0) >= 10, "\(text)")
        #expect(metrics["tandem_registrations"] == 0)
        var phone = node.registering(.bob, at: Ports.one())
        phone.address = "127.0.0.50"
        try await node.sipp(phone).finish()
      }
    }

    @Test("sipsak gets its answer, and its random requests do no harm")
    func sipsak() async throws {
      try await withNode { node in
        let target = "sip:nobody@127.0.0.1:\(node.configuration.sipPort)"
        #expect(try await run("sipsak", ["-s", target], on: node).status == 0)
        _ = try await run("sipsak", ["-R", "-t", "10", "-s", target], on: node)
        #expect(try await run("sipsak", ["-s", target], on: node).status == 0)
        #expect(node.isReady)
      }
    }
  }
}
