import Testing

extension IntegrationTests {
  @Suite("CANCEL (RFC 3261 §9)")
  struct CancelTests {
    @Test(
      "A call is cancelled before anybody rings, while it rings, and just as it is answered",
      arguments: [
        ("caller-cancels-early", "callee-cancelled-early"),
        ("caller-cancels-ringing", "callee-cancelled"),
        ("caller-cancels-ringing", "callee-answers-cancel"),
      ])
    func cancelled(caller: String, callee: String) async throws {
      try await withNode { node in
        try await node.exchange(
          SIPp(scenario: caller, calls: 5), with: [SIPp(scenario: callee)])
        for record in try await node.callRecords(5) {
          #expect(record.cause == 487)
          #expect(record.releasedBy == "caller")
          #expect(record.answer == nil)
          #expect(record.duration == 0)
        }
      }
    }

    @Test("Of two phones one answers, and the other one is cancelled")
    func forked() async throws {
      try await withNode { node in
        var answering = SIPp(scenario: "callee")
        answering.values["ring"] = "300"
        try await node.exchange(
          SIPp(scenario: "caller", calls: 3),
          with: [answering, SIPp(scenario: "callee-cancelled")])
        let records = try await node.callRecords(9)
        let calls = records.filter { $0.kind == "call" }
        #expect(calls.count == 3)
        for record in calls {
          #expect(record.cause == 200)
          #expect(record.calleeUser == "bob@example.test")
          let phones = records.filter { $0.parent == record.id }
          #expect(Set(phones.map(\.cause)) == [200, 487])
        }
      }
    }

    @Test("Two phones ring, and both are cancelled with the call")
    func bothCancelled() async throws {
      try await withNode { node in
        try await node.exchange(
          SIPp(scenario: "caller-cancels-ringing", calls: 3),
          with: [SIPp(scenario: "callee-cancelled"), SIPp(scenario: "callee-cancelled")])
        let records = try await node.callRecords(9)
        #expect(records.filter { $0.kind == "call" }.count == 3)
        #expect(records.allSatisfy { $0.cause == 487 })
      }
    }
  }
}
