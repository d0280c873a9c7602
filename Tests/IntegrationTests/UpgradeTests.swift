import Foundation
import Testing

extension IntegrationTests {
  @Suite("Upgrade")
  struct UpgradeTests {
    @Test("An upgrade under load loses no call, and keeps the TCP connections open")
    func underLoad() async throws {
      var configuration = NodeConfiguration()
      configuration.subscribers = [.alice, .bob]
      configuration.mediaPorts = Ports.range(800)
      try await withNode(configuration) { node in
        // Bob over UDP, 50 calls a second; alice over TCP, three calls that are held.
        let hold = [
          "hold": #"milliseconds="6000""#, "ring": #"milliseconds="20""#,
        ]
        var alice = CallState.Party(scenario: "callee-paced", stop: nil).sipp(overTCP: true)
        alice.calls = 3
        alice.values.merge(hold) { $1 }
        try await node.register(.alice, at: alice.port, parameters: ";transport=tcp")
        let called = try await node.callee(alice)
        var caller = CallState.Party(scenario: "caller-paced", stop: nil).sipp(overTCP: true)
        caller.address = NodeConfiguration.trustedAddress
        caller.user = "alice"
        caller.calls = 3
        caller.values.merge(hold) { $1 }
        let calling = try node.sipp(caller)

        var many = SIPp(scenario: "caller", values: ["hold": "500"], calls: 300, rate: 50)
        many.patience = .seconds(40)
        var callees = SIPp(scenario: "callee", patience: .seconds(40))
        callees.values["ring"] = "100"
        try await node.exchange(many, with: [callees]) {
          let isHeld = try await eventually(within: .seconds(5)) {
            try await node.calls().count { $0.dialled.contains("alice") && $0.state == "talking" }
              == 3
          }
          try #require(isHeld)
          let connections = TCPConnections.established(
            at: node.configuration.sipPort, to: alice.port)
          #expect(connections.count == 2)
          let before = try await node.status().process
          let answer = try await node.command("upgrade")
          #expect(answer.status == 0, "\(answer.errors)")
          #expect(try await node.status().process != before)
          let after = TCPConnections.established(at: node.configuration.sipPort, to: alice.port)
          #expect(after == connections)
        }
        try await calling.finish()
        try await called.finish()
        let records = try await node.callRecords(303)
        #expect(records.allSatisfy { $0.cause == 200 })
        #expect(Set(records.map(\.id)).count == 303)
      }
    }
  }
}

/// The kernel's TCP connections.
private enum TCPConnections {
  /// The sockets, each with its peer, that somebody has connected to the one port, and those that
  /// are connected to the other.
  static func established(at port: Int, to remotePort: Int) -> Set<String> {
    var found: Set<String> = []
    for line in kernelFile("/proc/net/tcp").split(separator: "\n").dropFirst() {
      // Local and remote address, the state (1: established), and further on the socket's inode.
      let columns = line.split(separator: " ")
      guard columns.count > 9, columns[3] == "01" else { continue }
      if number(columns[1]) == port || number(columns[2]) == remotePort {
        found.insert("\(columns[1]) \(columns[2]) \(columns[9])")
      }
    }
    return found
  }

  private static func number(_ address: Substring) -> Int? {
    address.split(separator: ":").last.flatMap { Int($0, radix: 16) }
  }
}
