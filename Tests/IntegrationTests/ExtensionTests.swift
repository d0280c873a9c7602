import Testing

extension IntegrationTests {
  @Suite("100rel, UPDATE and session timers (RFC 3262, 3311, 4028)")
  struct ExtensionTests {
    @Test("Reliable provisional responses on both sides, the 2xx without a description")
    func reliable() async throws {
      try await withNode { node in
        try await node.exchange(
          SIPp(scenario: "caller-reliable", calls: 3), with: [SIPp(scenario: "callee-reliable")])
        _ = try await node.callRecords(3)
      }
    }

    @Test("Hold and back by UPDATE")
    func update() async throws {
      try await withNode { node in
        try await node.exchange(
          SIPp(scenario: "caller-updates", calls: 3), with: [SIPp(scenario: "callee-updated")])
        _ = try await node.callRecords(3)
      }
    }

    @Test("The switch refreshes one side's session and ends the call when the other side does not")
    func sessionTimer() async throws {
      var configuration = NodeConfiguration()
      configuration.sip = ["sessionTimer: {expires: 6s, minimum: 3s}"]
      try await withNode(configuration) { node in
        try await node.exchange(
          SIPp(scenario: "caller-with-timer"), with: [SIPp(scenario: "callee-with-timer")])
        let record = try #require(try await node.callRecords(2).first { $0.cause != 422 })
        #expect(record.cause == 408)
        #expect(record.causeText == "Session Expired")
      }
    }
  }
}
