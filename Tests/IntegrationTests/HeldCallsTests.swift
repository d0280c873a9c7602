import Foundation
import Testing

extension IntegrationTests {
  @Suite("Calls held over a kill")
  struct HeldCallsTests {
    @Test(
      "100 calls that are held outlive kill -9, and end by BYE", arguments: ["never", "always"])
    func some(anchor: String) async throws {
      _ = try await hold(100, anchor: anchor, through: anchor == "never" ? .both : .worker)
    }

    @Test(
      "1,000 calls that are held outlive kill -9 of the worker and of both, and end by BYE",
      .enabled(if: CrashMatrixTests.isWhole, "`make crash-matrix` runs it"))
    func thousand() async throws {
      var text = "| 1,000 calls held | taken up again in | from kill to ready |\n|---|---|---|\n"
      for anchor in ["never", "always"] {
        for crash in [Crash.worker, .both] {
          let cost = try await hold(1000, anchor: anchor, through: crash)
          text += "| `anchor: \(anchor)`, kill -9 of \(crash.object) |"
          text += " \(cost.takingUp) ms | \(cost.ready.wholeMilliseconds) ms |\n"
        }
      }
      try MatrixTable.held.write(text)
    }

    /// What a recovery took: to read the log, and in all.
    private struct Cost {
      let takingUp: Int
      let ready: Duration
    }

    private func hold(_ count: Int, anchor: String, through crash: Crash) async throws -> Cost {
      var configuration = NodeConfiguration()
      configuration.anchor = anchor
      configuration.mediaPorts = Ports.range(count * 4 + 400)
      var cost: Cost?
      try await withNode(configuration) { node in
        let paced = CallState.Party(scenario: "caller-paced", stop: nil)
        var caller = paced.sipp()
        caller.calls = count
        caller.rate = 200
        caller.patience = .seconds(90)
        // Their ACKs are repeated after the restart.
        var callee = CallState.Party(scenario: "callee-paced", stop: nil).sipp()
        callee.patience = .seconds(90)
        // All are answered, the node is killed and back, before the first one ends.
        caller.values["hold"] = #"milliseconds="\#(4000 + count * 9)""#
        try await node.exchange(caller, with: [callee]) {
          cost = try await killHolding(count, on: node, crash)
        }
        let records = try await node.callRecords(count, within: .seconds(30))
        #expect(Set(records.map(\.id)).count == count)
        #expect(records.allSatisfy { $0.cause == 200 && $0.releasedBy == "caller" })
        #expect(records.allSatisfy { $0.duration > 3.5 })
      }
      return try #require(cost)
    }

    private func killHolding(_ count: Int, on node: TandemNode, _ crash: Crash) async throws -> Cost
    {
      let processes = try await NodeProcesses.of(node)
      var seen = ""
      let areHeld = try await eventually(within: .seconds(20)) {
        let calls = try await node.calls()
        let talking = calls.count { $0.state == "talking" }
        seen = "\(talking) of \(calls.count) calls talk"
        return calls.count == count && talking == count
      }
      try #require(areHeld, "\(seen)")
      let begin = ContinuousClock.now
      try await node.crash(crash, processes)
      let ready = ContinuousClock.now - begin
      #expect(try await node.status().callLog.recoveredCalls == count)
      let line = try #require(
        node.log.split(separator: "\n").last { $0.contains("calls taken up again") })
      let milliseconds = try #require(line.firstMatch(of: /milliseconds=(\d+)/)?.1)
      return Cost(takingUp: Int(milliseconds) ?? -1, ready: ready)
    }
  }
}

extension Crash {
  fileprivate var object: String {
    switch self {
    case .worker: "the worker"
    case .keeper: "the keeper"
    case .both: "both"
    }
  }
}
