import Testing

extension IntegrationTests {
  @Suite("Calls that do not come about")
  struct RefusalTests {
    /// What a phone says, and what the caller hears: a 503 must not make it avoid the switch
    /// (RFC 3261 §16.7 step 6), and it cannot answer another's challenge.
    static let refusals = [
      (486, "Busy Here", 486), (603, "Decline", 603), (404, "Not Found", 404),
      (480, "Temporarily Unavailable", 480), (488, "Not Acceptable Here", 488),
      (500, "Server Internal Error", 500), (503, "Service Unavailable", 500),
    ]

    @Test("A phone's refusal reaches the caller", arguments: refusals)
    func refused(status: Int, reason: String, heard: Int) async throws {
      try await withNode { node in
        var caller = SIPp(scenario: "caller-refused")
        caller.values["status"] = "\(heard)"
        var callee = SIPp(scenario: "callee-refuses")
        callee.values = ["status": "\(status)", "reason": reason]
        try await node.exchange(caller, with: [callee])
        let record = try #require(try await node.callRecords(1).first)
        #expect(record.cause == heard)
        #expect(record.releasedBy == "callee")
        #expect(record.answer == nil)
      }
    }

    @Test(
      "A subscriber without a phone is 480, an unknown one 404",
      arguments: [("bob", 480), ("nobody", 404), ("+15559999", 404)])
    func unreachable(user: String, status: Int) async throws {
      try await withNode { node in
        var caller = SIPp(scenario: "caller-refused")
        caller.user = user
        caller.values["status"] = "\(status)"
        try await node.exchange(caller, with: [])
      }
    }

    @Test("A node that is drained refuses new calls and says so, until that is taken back")
    func drained() async throws {
      try await withNode { node in
        #expect(try await node.command("drain").status == 0)
        #expect(node.fetch("/readyz")?.status == 503)
        var caller = SIPp(scenario: "caller-refused")
        caller.values["status"] = "503"
        try await node.exchange(caller, with: [])
        #expect(try await node.command("drain", "--undo").status == 0)
        #expect(node.isReady)
        caller.values["status"] = "480"
        try await node.exchange(caller, with: [])
      }
    }

    @Test("A phone that rings for too long is cancelled, and the caller hears 408")
    func noAnswer() async throws {
      var configuration = NodeConfiguration()
      configuration.sip = ["ringTimeout: 2s"]
      try await withNode(configuration) { node in
        var caller = SIPp(scenario: "caller-refused")
        caller.values["status"] = "408"
        let begin = ContinuousClock.now
        try await node.exchange(caller, with: [SIPp(scenario: "callee-cancelled")])
        let rang = ContinuousClock.now - begin
        #expect(rang > .seconds(1.9))
        #expect(rang < .seconds(8))
      }
    }

    @Test("A phone that has gone away is given up, and the caller hears of it")
    func silentPhone() async throws {
      var configuration = NodeConfiguration()
      configuration.sip = ["timers: {t1: 50ms, t2: 200ms, t4: 250ms}"]
      try await withNode(configuration) { node in
        // Somebody holds the port, so that no ICMP error helps.
        let silent = try MediaSocket(address: "127.0.0.1")
        try await node.register(at: silent.port)
        var caller = SIPp(scenario: "caller-refused")
        caller.values["status"] = "408"
        try await node.exchange(caller, with: [])
        withExtendedLifetime(silent) {}
      }
    }
  }
}
