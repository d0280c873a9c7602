import Foundation
import Testing

extension IntegrationTests.CrashMatrixTests {
  @Test(
    "Over TCP, a talked call ends by a BYE on the phone's next connection",
    arguments: isWhole ? [Crash.worker, .both] : [.worker])
  func talkingOverTCP(crash: Crash) async throws {
    let cost = try await TCPCrash(state: .talking, crash: crash).run()
    #expect(cost.phone == "its BYE got 200")
    #expect(cost.otherSide == 0)
    #expect(cost.record == "200, by the caller")
  }

  /// A worker that is killed takes its TCP connections along: no promise but a record.
  @Test(
    "The table of what kill -9 costs over TCP",
    .enabled(if: isWhole, "`make crash-matrix` runs it"))
  func overTCP() async throws {
    var text = "| state | what is killed | the phone | the other side | record |\n"
    text += "|---|---|---|---|---|\n"
    for state in TCPCrash.State.allCases {
      for crash in [Crash.worker, .both] {
        let cost = try await TCPCrash(state: state, crash: crash).run()
        text += "| \(state.rawValue) | \(crash == .worker ? "the worker" : "both") |"
        text += " \(cost.phone) | \(cost.otherSide == 0 ? "is hung up on" : "hears nothing")"
        text += " | \(cost.record) |\n"
      }
    }
    try MatrixTable.overTCP.write(text)
  }
}

/// A call from a phone behind a TCP connection to one over UDP; the phone connects again at once
/// after a kill, and says nothing before it is its turn.
private struct TCPCrash {
  enum State: String, CaseIterable {
    case ringing
    case talking = "talking; the phone hangs up"
  }

  struct Cost {
    let phone: String
    /// How many of the other side's calls did not end as its scenario says.
    let otherSide: Int
    let record: String
  }

  let state: State
  let crash: Crash

  func run() async throws -> Cost {
    var configuration = NodeConfiguration()
    // A request waits 6.4 s for its answer.
    configuration.sip = ["timers: {t1: 100ms, t2: 800ms, t4: 1s}"]
    var cost: Cost?
    try await withNode(configuration) { cost = try await run(on: $0) }
    guard let cost else { throw TestFailure("nothing was measured") }
    return cost
  }

  private func run(on node: TandemNode) async throws -> Cost {
    var callee = CallState.Party(scenario: "callee-paced", stop: nil).sipp()
    callee.patience = .seconds(20)
    if state == .ringing { callee.values["ring"] = #"milliseconds="3000""# }
    try await node.register(at: callee.port)
    let called = try await node.callee(callee)
    let phone = try TCPPhone(of: node)
    try await phone.call()
    if state == .talking {
      guard try await phone.answer(within: .seconds(5)) == 200 else {
        throw TestFailure("no answer")
      }
    }
    try await node.crash(crash, try await .of(node))
    try phone.connect()
    let heard = try await hear(phone)
    let other = try await called.outcome()
    let record = try await node.callRecords(1, within: .seconds(20)).first
    return Cost(
      phone: heard, otherSide: other.lost,
      record: record.map { "\($0.cause), by the \($0.releasedBy)" } ?? "none")
  }

  private func hear(_ phone: TCPPhone) async throws -> String {
    switch state {
    case .talking:
      return try await phone.hangUp().map { "its BYE got \($0)" } ?? "its BYE got nothing"
    case .ringing:
      guard let status = try await phone.answer(within: .seconds(12)) else {
        return "hears nothing more"
      }
      return status == 200
        ? try await phone.hangUp().map { "answered; its BYE got \($0)" } ?? "answered; no BYE"
        : "is told \(status)"
    }
  }
}
