import Testing

extension IntegrationTests {
  @Suite("Lost messages")
  struct WeatherTests {
    @Test("Calls come about though every tenth message of each phone is lost")
    func loss() async throws {
      try await withNode { node in
        let caller = SIPp(
          scenario: "caller", calls: 40, rate: 20, loss: 10, patience: .seconds(60))
        let callee = SIPp(scenario: "callee", patience: .seconds(60))
        try await node.register(at: callee.port)
        var losing = callee
        losing.loss = 10
        // SIPp takes what comes late for a call that it has finished for another call.
        losing.calls = 1000
        let called = try await node.callee(losing)
        var trusted = caller
        trusted.address = NodeConfiguration.trustedAddress
        let statistics = try await node.sipp(trusted).finish()
        #expect(statistics.retransmissions > 0)
        // The callee may miss a BYE's last repetition; what counts is what the callers saw.
        await called.stop()
        for record in try await node.callRecords(40) { #expect(record.cause == 200) }
      }
    }

    @Test("A call whose 200 is never acknowledged is ended on both sides (RFC 3261 §13.3.1.4)")
    func lostACK() async throws {
      var configuration = NodeConfiguration()
      // 64·T1 is then 3.2 s.
      configuration.sip = ["timers: {t1: 50ms, t2: 400ms, t4: 500ms}"]
      try await withNode(configuration) { node in
        try await node.exchange(
          SIPp(scenario: "caller-never-acks"), with: [SIPp(scenario: "callee-unacknowledged")])
        let record = try #require(try await node.callRecords(1).first)
        #expect(record.releasedBy == "system")
      }
    }
  }
}
