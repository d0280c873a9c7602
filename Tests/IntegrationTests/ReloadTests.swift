import Foundation
import Glibc
import Testing

extension IntegrationTests {
  @Suite("Reload")
  struct ReloadTests {
    @Test("Twenty reloads under load lose no call, with other subscribers and certificates each")
    func underLoad() async throws {
      var configuration = NodeConfiguration()
      let port = Ports.one()
      configuration.tlsPort = port
      configuration.mediaPorts = Ports.range(800)
      configuration.sip = ["tls: {certificate: tls.pem}"]
      try await withNode(configuration, starting: false) { node in
        try await makeCertificate(1, node)
        try await node.start()
        let process = try await node.status().process
        let client = HTTPClient(port: configuration.httpPort)
        var many = SIPp(scenario: "caller", values: ["hold": "500"], calls: 300, rate: 50)
        many.patience = .seconds(40)
        var callees = SIPp(scenario: "callee", patience: .seconds(40))
        callees.values["ring"] = "100"
        try await node.exchange(many, with: [callees]) {
          for number in 1...20 {
            if number % 5 == 0 { try await makeCertificate(number, node) }
            try node.edit("user: alice, password: secret1", "user: alice, password: new\(number)") {
              $0.replacingOccurrences(
                of: "subscribers:", with: "subscribers:\n      - {user: u\(number), password: x}")
            }
            let answer = try client.ask("POST", "/api/v1/reload")
            #expect(answer.status == 200, "\(answer.body)")
            let changes = try #require(try answer.json()["changes"] as? [[String: String]])
            let paths = changes.compactMap { $0["path"] }
            let list = "domains[example.test].subscribers"
            #expect(
              paths.contains("\(list)[u\(number)]") && paths.contains("\(list)[alice].password"))
            #expect(paths.contains("the certificate shown over TLS") == (number % 5 == 0))
            #expect(!answer.body.contains("new\(number)"))
          }
        }
        let records = try await node.callRecords(300)
        #expect(records.allSatisfy { $0.cause == 200 })
        #expect(try await node.status().process == process)
        #expect(try await shownCertificate(at: port, node).contains("tandem-20"))
        try await node.register(Subscriber(user: "u20", password: "x"), at: Ports.one())
        try await node.register(Subscriber(user: "alice", password: "new20"), at: Ports.one())
        let gone = try node.sipp(
          node.registering(Subscriber(user: "u19", password: "x"), at: Ports.one()))
        await #expect(throws: (any Error).self) { try await gone.finish() }
      }
    }

    @Test("What is wrong with the file is told, changes nothing, and does not end a crashed node")
    func brokenEdit() async throws {
      try await withNode { node in
        let before = try await NodeProcesses.of(node)
        #expect(try await node.command("check", "--diff").status == 0)
        try node.edit("anchor: always", "anchor: nat")
        let diff = try await node.command("check", "--diff")
        #expect(diff.status == 1)
        #expect(diff.output == "media.anchor: always -> nat (now)\n")
        let done = try await node.command("reload")
        #expect(done.status == 0 && done.output.hasSuffix("Reloaded.\n"), "\(done.errors)")
        #expect(try await node.command("check", "--diff").status == 0)

        try node.edit("anchor: always", "anchor: sometimes")
        let refused = try await node.command("reload")
        #expect(refused.status == 2)
        #expect(refused.errors.contains("tandem.yaml:6: media.anchor: \"sometimes\" is not known"))
        let answer = try HTTPClient(port: node.configuration.httpPort).ask(
          "POST", "/api/v1/reload")
        #expect(answer.status == 409 && answer.body.contains("tandem.yaml:6"))

        kill(before.worker, SIGKILL)
        let isBack = try await eventually(within: .seconds(10)) {
          node.log.contains("the one that was applied last is used") && node.isReady
        }
        #expect(isBack, "\(node.log.lastLines(10))")
        try node.edit("anchor: always", "anchor: never")
        let after = try await node.command("reload", "--json")
        #expect(after.output.contains(#""old" : "nat""#), "\(after.output)\(after.errors)")

        try node.edit("anchor: always", "anchor: sometimes")
        try await node.stop()
        #expect(try await node.command("serve", "--alone").status == 2, "stopped on purpose")
      }
    }

    @Test(
      "A listener that was added is called on at once, outlives a crash, and goes with an upgrade")
    func listeners() async throws {
      try await withNode { node in
        let port = Ports.one()
        let added = ["udp", "tcp", "tls"].map {
          "\($0):127.0.0.1:\($0 == "tls" ? Ports.one() : port)"
        }
        try node.edit("listen: [udp", "listen: [\(added[0]), udp")
        let misplaced = try await node.command("reload")
        #expect(misplaced.status == 1)
        #expect(misplaced.errors.contains("put \(added[0]) after the listeners that there are"))

        let first = "tcp:\(node.sipAddress)"
        try node.edit("\(first)]", "\(first), \(added.joined(separator: ", "))]")
        let done = try await node.command("reload")
        let lines = added.map { "sip.listen[\($0)]: added (now)\n" }.joined()
        #expect(done.output == lines + "Reloaded.\n", "\(done.errors)")
        try await call(node, at: port, 1)
        let listening = try await node.command("status").output
        #expect(added.allSatisfy { listening.contains($0) })
        try await node.crash(.worker, NodeProcesses.of(node))
        try await call(node, at: port, 2)

        try node.edit("", "")
        let gone = try await node.command("reload")
        #expect(gone.output.contains("[\(added[0])]: removed (next process)"))
        try await call(node, at: port, 3)
        let upgrade = try await node.command("upgrade")
        #expect(upgrade.status == 0, "\(upgrade.output)\(upgrade.errors)\(node.log)")
        let left = try await node.command("status").output
        #expect(!added.contains { left.contains($0) })
        #expect(try await node.command("check", "--diff").status == 0)
      }
    }

    /// The echo service by another listener than the node's first.
    private func call(_ node: TandemNode, at port: Int, _ number: Int) async throws {
      var caller = SIPp(scenario: "caller", values: ["hold": "100"])
      caller.user = "9196"
      caller.values["domain"] = node.configuration.domain
      caller.address = NodeConfiguration.trustedAddress
      try await caller.start(towards: "127.0.0.1:\(port)", folder: node.folder).finish()
      #expect(try await node.callRecords(number).allSatisfy { $0.cause == 200 })
    }

    @Test("SIGHUP to the keeper or to the worker reloads, and ends neither")
    func hangup() async throws {
      try await withNode { node in
        let processes = try await NodeProcesses.of(node)
        for (number, process) in [processes.keeper, processes.worker].enumerated() {
          try node.edit(
            "subscribers:", "subscribers:\n      - {user: h\(number), password: x}")
          kill(process, SIGHUP)
          let user = Subscriber(user: "h\(number)", password: "x")
          let isKnown = try await eventually(within: .seconds(5)) {
            try await node.command("user", "list").output.contains(user.user)
              && node.log.components(separatedBy: "was reloaded").count == number + 2
          }
          #expect(isKnown, "\(node.log.lastLines(10))")
          try await node.register(user, at: Ports.one())
        }
        let after = try await NodeProcesses.of(node)
        #expect(after.keeper == processes.keeper && after.worker == processes.worker)
      }
    }

    private func makeCertificate(_ number: Int, _ node: TandemNode) async throws {
      let file = node.folder.appending(path: "tls.pem").path
      let child = try ChildProcess(
        "/bin/sh",
        [
          "-c",
          "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 "
            + "-subj /CN=tandem-\(number) -keyout \(file).key -out \(file).crt "
            + "&& cat \(file).crt \(file).key > \(file).new && mv \(file).new \(file)",
        ], folder: node.folder, name: "certificate-\(number)")
      #expect(try await child.exitStatus(within: .seconds(10)) == 0, "\(child.errors)")
    }

    private func shownCertificate(at port: Int, _ node: TandemNode) async throws -> String {
      let child = try ChildProcess(
        "/bin/sh",
        ["-c", "timeout 5 openssl s_client -connect 127.0.0.1:\(port) </dev/null"],
        folder: node.folder, name: "shown-certificate")
      _ = try await child.exitStatus(within: .seconds(8))
      return child.output
    }
  }
}

extension TandemNode {
  /// Writes the configuration file anew: as it was at first, with something in place of something,
  /// and then with whatever else.
  fileprivate func edit(
    _ old: String, _ new: String, _ more: (String) -> String = { $0 }
  ) throws {
    let text = configuration.yaml(folder: folder)
    try Data(more(text.replacingOccurrences(of: old, with: new)).utf8).write(
      to: file, options: .atomic)
  }
}
