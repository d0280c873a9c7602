import Testing

extension IntegrationTests {
  @Suite("Digest authentication")
  struct DigestTests {
    @Test("A subscriber's call is challenged, and then goes through")
    func subscriberCalls() async throws {
      try await withNode { node in
        let callee = SIPp(scenario: "callee")
        try await node.register(at: callee.port)
        let called = try await node.callee(callee)
        let caller = SIPp(
          scenario: "caller-digest", values: ["caller": "alice"], credentials: .alice)
        try await node.sipp(caller).finish()
        try await called.finish()
        let record = try #require(try await node.callRecords(1).first)
        #expect(record.callerUser == "alice@example.test")
        #expect(record.calleeUser == "bob@example.test")
      }
    }

    @Test("A call with a wrong password does not go through")
    func wrongPassword() async throws {
      try await withNode { node in
        var impostor = Subscriber.alice
        impostor.password = "guessed"
        let caller = SIPp(
          scenario: "caller-wrong-password", values: ["caller": "alice"], credentials: impostor)
        try await node.sipp(caller).finish()
        let records = try await node.callRecords()
        #expect(records.allSatisfy { $0.answer == nil })
      }
    }

    @Test("A registration with a wrong password leaves no binding")
    func wrongRegistration() async throws {
      try await withNode { node in
        var impostor = Subscriber.bob
        impostor.password = "guessed"
        try await node.sipp(
          node.registering(impostor, at: Ports.one(), scenario: "register-refused")
        ).finish()
        #expect(try await node.registrations().isEmpty)
      }
    }

    @Test("A registration is listed, and goes away when the phone says so")
    func registration() async throws {
      try await withNode { node in
        let port = Ports.one()
        try await node.register(at: port)
        let registration = try #require(try await node.registrations().first)
        #expect(registration.user == "bob")
        #expect(registration.domain == "example.test")
        #expect(registration.contact.contains("127.0.0.1:\(port)"))
        try await node.register(at: port, expires: 0)
        #expect(try await node.registrations().isEmpty)
      }
    }
  }
}
