import Foundation
import Testing

extension IntegrationTests {
  @Suite("Nothing leaks")
  struct LeakTests {
    @Test("After 300 calls of all sorts no call, port or descriptor is left")
    func nothingIsLeft() async throws {
      var configuration = NodeConfiguration()
      // The timers that end a call's last transactions are 64·T1 long: 6.4 s here.
      configuration.sip = ["timers: {t1: 100ms, t2: 800ms, t4: 1s}", "ringTimeout: 3s"]
      try await withNode(configuration) { node in
        // One call of each sort, so that whatever is made once is there before the count.
        try await callsOfAllSorts(node, each: 1)
        try await expectIdle(node)
        let descriptors = try await descriptorCount(node)
        try await callsOfAllSorts(node, each: 50)
        try await expectIdle(node)
        // A moment's connection of ours, or of SQLite's readers, may be among them.
        #expect(try await descriptorCount(node) <= descriptors + 4)
      }
    }

    /// Six sorts of calls, so many of each.
    private func callsOfAllSorts(_ node: TandemNode, each count: Int) async throws {
      let sorts: [(caller: String, callee: String)] = [
        ("caller", "callee"),
        ("caller-waits", "callee-ends"),
        ("caller-cancels-ringing", "callee-cancelled"),
        ("caller-cancels-ringing", "callee-answers-cancel"),
        ("caller-holds", "callee-held"),
        ("caller-refused", "callee-refuses"),
      ]
      for sort in sorts {
        var caller = SIPp(scenario: sort.caller, calls: count, rate: 25)
        var callee = SIPp(scenario: sort.callee)
        caller.values["status"] = "486"
        callee.values = ["status": "486", "reason": "Busy Here"]
        // Registered at a new port each time: the older phones are taken away first.
        try await node.exchange(caller, with: [callee])
        try await node.register(at: callee.port, expires: 0)
      }
    }

    private func expectIdle(_ node: TandemNode) async throws {
      var last = "no status"
      let isIdle = try await eventually(within: .seconds(25)) {
        let status = try await node.status()
        last = "\(status)"
        try await Task.sleep(for: .milliseconds(200))
        return status.calls == 0 && status.mediaPorts.inUse == 0 && status.registrations == 0
          && status.mediaPorts.quarantined == 0
      }
      #expect(isIdle, "\(last)")
    }

    /// Those of both processes, but for the media ports, which stay bound once they are.
    private func descriptorCount(_ node: TandemNode) async throws -> Int {
      let status = try await node.status()
      let ports = status.mediaPorts
      let bound = ports.inUse + ports.ready + ports.quarantined
      return try [status.process, try #require(status.keeper)].reduce(-4 * bound) { sum, process in
        sum + (try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd").count)
      }
    }
  }
}
