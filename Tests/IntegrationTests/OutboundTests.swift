import Testing

extension IntegrationTests {
  @Suite("Flows and Path")
  struct OutboundTests {
    @Test(
      "A baresip with outbound that is killed and comes back has one flow, and is called by it",
      .enabled(if: NetworkNamespace.isPossible, "network namespaces need root"))
    func comesBack() async throws {
      var configuration = NodeConfiguration()
      configuration.address = "198.18.71.1"
      try await withNode(configuration, starting: false) { node in
        let namespace = try await NetworkNamespace(71, folder: node.folder)
        do {
          try await node.start()
          try await comesBack(to: node, in: namespace)
        } catch {
          await namespace.remove(folder: node.folder)
          throw error
        }
        await namespace.remove(folder: node.folder)
      }
    }

    private func comesBack(to node: TandemNode, in namespace: NetworkNamespace) async throws {
      let bob = try Baresip(
        .bob, in: namespace, domain: node.configuration.domain,
        node: "\(node.sipAddress);transport=tcp", tone: Tone(frequency: 440),
        folder: node.folder, account: ";sipnat=outbound")
      let first = try bob.start(seconds: 30)
      let before = try await registration(at: node, of: first) { _ in true }
      #expect(before.transport == "tcp")
      first.signal(9)
      _ = try await first.exitStatus(within: .seconds(2))

      let second = try bob.start(seconds: 30)
      let after = try await registration(at: node, of: second) { $0.received != before.received }
      #expect(after.contact != before.contact)
      // Whoever is called at the flow that is gone does not answer.
      let caller = SIPp(scenario: "caller", address: NodeConfiguration.trustedAddress)
      try await node.sipp(caller).finish()
      let record = try #require(try await node.callRecords(1).first)
      #expect(record.cause == 200)
      #expect(record.calleeUser == "bob@example.test")
      await second.stop()
    }

    /// The one registration there is, once it is as wanted.
    private func registration(
      at node: TandemNode, of phone: ChildProcess, _ isWanted: (TandemNode.Registration) -> Bool
    ) async throws -> TandemNode.Registration {
      var found: [TandemNode.Registration] = []
      let isRegistered = try await eventually(within: .seconds(8)) {
        found = try await node.registrations()
        return found.contains(where: isWanted)
      }
      try #require(isRegistered && found.count == 1, "\(found) \(phone.output.lastLines(20))")
      return found[0]
    }

    @Test("A phone behind a proxy is called by way of its Path, and by no other")
    func path() async throws {
      try await withNode { node in
        var edge = SIPp(scenario: "callee-behind-path")
        edge.values["path"] = "<sip:127.0.0.1:\(edge.port);lr>"
        // Nothing listens where the contact points.
        let phone = node.registering(
          .bob, at: Ports.one(), scenario: "register-path",
          values: ["path": "<sip:127.0.0.1:\(edge.port);lr>"])
        try await node.sipp(phone).finish()
        let called = try await node.callee(edge)
        let caller = SIPp(scenario: "caller", address: NodeConfiguration.trustedAddress)
        try await node.sipp(caller).finish()
        try await called.finish()
        #expect(try await node.callRecords(1).first?.cause == 200)
      }
    }
  }
}
