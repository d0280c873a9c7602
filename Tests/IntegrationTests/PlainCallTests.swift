import Foundation
import Testing

extension IntegrationTests {
  @Suite("Plain calls from a trusted address")
  struct PlainCallTests {
    @Test(
      "200 calls at 50 a second all succeed, and the call records add up",
      arguments: [false, true])
    func manyCalls(overTCP: Bool) async throws {
      try await withNode { node in
        let caller = SIPp(
          scenario: "caller", values: ["hold": "300"], overTCP: overTCP, calls: 200, rate: 50,
          patience: .seconds(40))
        var callee = SIPp(scenario: "callee", overTCP: overTCP, patience: .seconds(40))
        callee.values = ["ring": "100"]
        let begin = Date()
        let statistics = try await node.exchange(caller, with: [callee])
        let end = Date()

        let records = try await node.callRecords(statistics.succeeded)
        #expect(Set(records.map(\.id)).count == 200)
        for record in records {
          try expectAnswered(record, from: begin, to: end)
        }
      }
    }

    /// The caller held the line for 300 ms and the callee rang for 100 ms.
    private func expectAnswered(
      _ record: TandemNode.CallRecord, from begin: Date, to end: Date
    ) throws {
      let ring = try #require(record.ring)
      let answer = try #require(record.answer)
      // Records count whole milliseconds.
      #expect(record.setup >= begin - 0.001)
      #expect(record.end <= end + 0.5)
      #expect(record.setup <= ring)
      // A busy machine may see the ringing late.
      #expect(answer.timeIntervalSince(ring) > 0)
      #expect(answer.timeIntervalSince(ring) < 2)
      #expect(record.duration > 0.28)
      #expect(record.duration < 3)
      #expect(abs(record.end.timeIntervalSince(answer) - record.duration) < 0.005)
      #expect(record.cause == 200)
      #expect(record.releasedBy == "caller")
      #expect(record.calleeUser == "bob@example.test")
      #expect(record.callerURI.contains("carol"))
      #expect(record.codec?.hasPrefix("PCMU") == true)
    }

    @Test("A subscriber is reached by number", arguments: ["+15550002", "15550002"])
    func byNumber(number: String) async throws {
      try await withNode { node in
        var caller = SIPp(scenario: "caller")
        caller.user = number
        try await node.exchange(caller, with: [SIPp(scenario: "callee")])
        let record = try #require(try await node.callRecords(1).first)
        #expect(record.calleeUser == "bob@example.test")
        #expect(record.calleeURI.contains(number))
      }
    }

    @Test("A Request-URI that names the node's own address means its first domain")
    func byAddress() async throws {
      try await withNode { node in
        let callee = SIPp(scenario: "callee")
        try await node.register(at: callee.port)
        let called = try await node.callee(callee)
        var caller = SIPp(scenario: "caller", address: NodeConfiguration.trustedAddress)
        caller.values["domain"] = node.sipAddress
        try await caller.start(towards: node.sipAddress, folder: node.folder).finish()
        try await called.finish()
      }
    }

    @Test("A phone over TCP calls a phone over UDP")
    func mixedTransports() async throws {
      try await withNode { node in
        let caller = SIPp(scenario: "caller", overTCP: true, calls: 5)
        try await node.exchange(caller, with: [SIPp(scenario: "callee")])
        _ = try await node.callRecords(5)
      }
    }

    @Test("The callee may hang up, and the record says so")
    func calleeEnds() async throws {
      try await withNode { node in
        try await node.exchange(
          SIPp(scenario: "caller-waits"), with: [SIPp(scenario: "callee-ends")])
        let record = try #require(try await node.callRecords(1).first)
        #expect(record.releasedBy == "callee")
        #expect(record.cause == 200)
      }
    }

    @Test("Without media anchored the phones see each other's addresses")
    func bypassed() async throws {
      var configuration = NodeConfiguration()
      configuration.anchor = "never"
      try await withNode(configuration) { node in
        let audio = Ports.one()
        let callee = SIPp(scenario: "callee")
        try await node.register(at: callee.port)
        let called = try await node.callee(callee)
        var caller = SIPp(
          scenario: "caller-with-media", address: NodeConfiguration.trustedAddress)
        caller.values["audio"] = "\(audio)"
        let calling = try node.sipp(caller)
        let heard = try await AudioAddress.from(calling)
        try await calling.finish()
        try await called.finish()
        #expect(heard.host == "127.0.0.1")
        #expect(!node.configuration.mediaPorts.contains(heard.port))
      }
    }
  }
}
