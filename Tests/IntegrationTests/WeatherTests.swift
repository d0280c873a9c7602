import Testing

extension IntegrationTests {
  @Suite("Lost messages")
  struct WeatherTests {
    @Test("Calls come about though every tenth message of the caller is lost")
    func loss() async throws {
      var configuration = NodeConfiguration()
      configuration.sip = ["timers: {t1: 100ms, t2: 400ms, t4: 500ms}"]
      try await withNode(configuration) { node in
        let caller = SIPp(
          scenario: "caller", calls: 40, rate: 20, loss: 10, patience: .seconds(60))
        let callee = SIPp(scenario: "callee", patience: .seconds(60))
        try await node.register(at: callee.port)
        var patient = callee
        // SIPp takes what comes late for a call that it has finished for another call; and, itself
        // losing messages, it would leave a repeated INVITE unanswered.
        patient.calls = 1000
        let called = try await node.callee(patient)
        var trusted = caller
        trusted.address = NodeConfiguration.trustedAddress
        let finished = await Result { try await node.sipp(trusted).finish() }
        // The callee may miss a BYE's last repetition; what counts is what the callers saw.
        await called.stop()
        #expect(try finished.get().retransmissions > 0)
        let records = try await node.callRecords(40, within: .seconds(20))
        // SIPp takes a repeated 200 to its INVITE for the one to its BYE when the BYE is lost, and
        // is content; to the node such a caller has vanished without an ACK.
        #expect(records.allSatisfy { $0.cause == 200 || $0.causeText == "No ACK" })
        #expect(records.count { $0.cause == 200 } >= 32)
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

extension Result where Failure == any Error {
  fileprivate init(_ body: () async throws -> Success) async {
    do { self = .success(try await body()) } catch { self = .failure(error) }
  }
}
