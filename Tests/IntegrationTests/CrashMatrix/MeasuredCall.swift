/// A call whose sound both ways is measured.
struct MeasuredCall {
  static let user = "voice"

  let callee: SIPp
  private let callerVoice: Talker
  private let calleeVoice: Talker

  init() throws {
    callerVoice = try Talker(address: NodeConfiguration.trustedAddress)
    calleeVoice = try Talker(address: "127.0.0.1")
    var callee = SIPp(scenario: "callee-with-media", patience: .seconds(40))
    callee.values["audio"] = "\(calleeVoice.port)"
    self.callee = callee
  }

  struct Running {
    let caller: SIPpRun
    let called: SIPpRun
    let voices: [Talker]
  }

  /// The callee has to be registered. Returns when both talk.
  /// - Parameter hold: how long the call lasts, in milliseconds.
  func start(on node: TandemNode, hold: Int = 9000) async throws -> Running {
    let called = try await node.callee(callee)
    var caller = SIPp(
      scenario: "caller-with-media", address: NodeConfiguration.trustedAddress,
      user: Self.user, patience: .seconds(40))
    caller.values = ["audio": "\(callerVoice.port)", "hold": "\(hold)"]
    let calling = try node.sipp(caller)
    let running = Running(caller: calling, called: called, voices: [callerVoice, calleeVoice])
    do {
      callerVoice.talk(to: try await .from(calling))
      calleeVoice.talk(to: try await .from(called))
    } catch {
      await running.stop()
      throw error
    }
    return running
  }
}

extension MeasuredCall.Running {
  /// The call has ended as it was to, each side has heard the other nearly all the time, and the
  /// longest silence is measured.
  func finish() async throws -> MatrixCell {
    var cell = MatrixCell(calls: 1)
    for run in [caller, called] {
      let outcome = try await run.outcome()
      cell.lost = max(cell.lost, outcome.lost)
      if outcome.lost > 0 { cell.complaints.append(outcome.complaint) }
    }
    for voice in voices { voice.stop() }
    cell.gap = voices.map(\.longestGap).max()
    for voice in voices where voice.received < 100 {
      cell.complaints.append("only \(voice.received) packets heard")
    }
    if let gap = cell.gap, gap > .seconds(2) {
      cell.complaints.append("silence of \(gap)")
    }
    return cell
  }

  func stop() async {
    for voice in voices { voice.stop() }
    await caller.stop()
    await called.stop()
  }
}
