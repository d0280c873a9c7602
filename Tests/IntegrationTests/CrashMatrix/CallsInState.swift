/// Some calls on their way into a state, and what became of them.
struct CallsInState {
  let state: CallState
  private let count: Int
  private let caller: SIPpRun
  private let callees: [SIPpRun]
  /// Everybody whose stop is the state.
  private let watched: [(run: SIPpRun, stop: String)]

  /// Starts the callees, which have to be registered already, and then the callers.
  static func start(
    _ state: CallState, count: Int, callees: [SIPp], caller: SIPp, on node: TandemNode
  ) async throws -> CallsInState {
    var runs: [SIPpRun] = []
    for var callee in callees {
      callee.calls = count
      runs.append(try await node.callee(callee))
    }
    var caller = caller
    caller.address = NodeConfiguration.trustedAddress
    caller.user = state.user
    caller.calls = count
    caller.rate = 20
    let calling = try node.sipp(caller)
    let parties = zip([state.caller] + state.callees, [calling] + runs)
    return CallsInState(
      state: state, count: count, caller: calling, callees: runs,
      watched: parties.compactMap { party, run in party.stop.map { (run, $0) } })
  }

  /// Every call has come to the state, or further.
  var haveArrived: Bool {
    watched.allSatisfy { run, stop in run.count("in \(stop)") >= count }
  }

  /// How many have left the state already.
  var left: Int {
    watched.map { run, stop in run.count("out \(stop)") }.max() ?? 0
  }

  /// Waits until all sides have ended, and looks at the records.
  func finish() async throws -> MatrixCell {
    var cell = MatrixCell(calls: count)
    for run in [caller] + callees {
      let outcome = try await run.outcome()
      cell.lost = max(cell.lost, outcome.lost)
      if outcome.lost > 0 { cell.complaints.append(outcome.complaint) }
    }
    return cell
  }

  /// Of all of the node's records those of this state's calls.
  func check(_ records: [TandemNode.CallRecord], _ cell: inout MatrixCell) {
    let mine = records.filter { $0.parent == nil && $0.calleeURI.contains(":\(state.user)@") }
    let children = records.filter { record in mine.contains { $0.id == record.parent } }
    cell.records = mine.count
    cell.children = children.count
    let expected = (state.recordsPerCall - 1) * count
    if mine.count != count || children.count != expected {
      cell.complaints.append("\(mine.count) + \(children.count) records of \(count)")
    }
    let wrong = mine.filter { $0.cause != state.cause }
    if !wrong.isEmpty {
      cell.complaints.append("causes \(wrong.map { "\($0.cause) \($0.causeText)" })")
    }
  }

  func stop() async {
    for run in [caller] + callees { await run.stop() }
  }
}

/// What a kill cost in one state.
struct MatrixCell {
  let calls: Int
  var lost = 0
  /// Main records, and those of single phones.
  var records = 0
  var children = 0
  /// The longest silence of the two directions.
  var gap: Duration?
  /// What is not as it should be.
  var complaints: [String] = []

  init(calls: Int) {
    self.calls = calls
  }
}

extension SIPpRun {
  fileprivate func count(_ line: String) -> Int {
    logLines.count { $0 == line }
  }
}
