import Foundation
import Testing

extension IntegrationTests {
  @Suite("Crash")
  struct CrashTests {
    @Test("A binding whose 200 has left outlives kill -9, and calls reach it")
    func bindingSurvives() async throws {
      try await withNode { node in
        let callee = SIPp(scenario: "callee")
        let status = try await node.status()
        let registrar = "\(status.process) \(try #require(status.keeper))"
        try await node.sipp(
          node.registering(
            .bob, at: callee.port, scenario: "register-then-kill",
            values: ["registrar": registrar])
        ).finish()
        #expect(try await node.diesByItself(within: .seconds(5)))
        try await node.start()

        let registration = try #require(try await node.registrations().first)
        #expect(registration.contact.contains("127.0.0.1:\(callee.port)"))
        let called = try await node.callee(callee)
        try await node.sipp(
          SIPp(scenario: "caller", address: NodeConfiguration.trustedAddress)
        ).finish()
        try await called.finish()
      }
    }

    @Test("A record that is listed stays listed after kill -9")
    func recordSurvives() async throws {
      try await withNode { node in
        try await node.exchange(
          SIPp(scenario: "caller", calls: 3), with: [SIPp(scenario: "callee")])
        let before = try await node.callRecords(3)
        try await node.kill()
        try await node.start()
        let after = try await node.callRecords(3)
        #expect(Set(before.map(\.id)) == Set(after.map(\.id)))
      }
    }

    @Test("SIGTERM ends the node with exit code 0")
    func stops() async throws {
      try await withNode { node in
        let status = try await node.stop()
        #expect(status == 0)
      }
    }
  }
}
