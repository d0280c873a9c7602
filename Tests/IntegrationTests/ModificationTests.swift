import Testing

extension IntegrationTests {
  @Suite("Re-INVITE (RFC 3261 §14, RFC 3264 §8.4)")
  struct ModificationTests {
    @Test(
      "Caller and callee put each other on hold and come back",
      arguments: [("caller-holds", "callee-held"), ("caller-held", "callee-holds")],
      ["always", "never"])
    func hold(phones: (caller: String, callee: String), anchor: String) async throws {
      var configuration = NodeConfiguration()
      configuration.anchor = anchor
      try await withNode(configuration) { node in
        try await node.exchange(
          SIPp(scenario: phones.caller, calls: 3), with: [SIPp(scenario: phones.callee)])
        _ = try await node.callRecords(3)
      }
    }

    @Test("Two re-INVITEs that meet are both refused with 491, and the next one works")
    func glare() async throws {
      try await withNode { node in
        try await node.exchange(
          SIPp(scenario: "caller-glare"), with: [SIPp(scenario: "callee-glare")])
        let record = try #require(try await node.callRecords(1).first)
        #expect(record.cause == 200)
      }
    }
  }
}
