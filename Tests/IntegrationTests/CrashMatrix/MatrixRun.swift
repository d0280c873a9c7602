import Foundation

/// One kill, with calls in every state at that moment.
struct MatrixRun {
  let crash: Crash
  /// In each state.
  let calls: Int

  /// What each state cost, under its name, in the table's order.
  typealias Costs = [(state: String, cell: MatrixCell)]

  static let talkingAloud = "talking, with RTP both ways"
  static let registering = "REGISTER on its way (a stream of them)"
  static let stream = "calls made and ended all the time, 50 a second"
  private static let registers = 200
  private static let streamed = 150
  static let registered = "registered, and called after the kill"

  func run() async throws -> Costs {
    var configuration = NodeConfiguration()
    let users =
      CallState.all.map(\.user) + ["voice", "stream", "registered"]
      + (1...Self.registers).map { "moving\($0)" }
    configuration.subscribers = users.map { Subscriber(user: $0, password: "secret") }
    configuration.mediaPorts = Ports.range(1200)
    var costs: Costs = []
    try await withNode(configuration) { costs = try await run(on: $0) }
    return costs
  }

  private func run(on node: TandemNode) async throws -> Costs {
    let phones = CallState.all.map { state in state.callees.map { $0.sipp() } }
    var late = SIPp(scenario: "callee", calls: calls)
    late.patience = .seconds(40)
    let voice = try MeasuredCall()
    let stream = CallState.Party(scenario: "callee-paced", stop: nil).sipp()
    try await register(phones, late, voice, stream, on: node)

    let talking = try await voice.start(on: node)
    var inState: [CallsInState] = []
    do {
      for (state, callees) in zip(CallState.all, phones) {
        inState.append(
          try await .start(
            state, count: calls, callees: callees, caller: state.caller.sipp(), on: node))
      }
      let streams = try await killInside(inState, stream, on: node)
      return try await finish(inState, talking, streams, late, on: node)
    } catch {
      for calls in inState { await calls.stop() }
      await talking.stop()
      throw error
    }
  }

  /// All phones at once: SIPp takes its time to start.
  private func register(
    _ phones: [[SIPp]], _ late: SIPp, _ voice: MeasuredCall, _ stream: SIPp,
    on node: TandemNode
  ) async throws {
    var contacts = zip(CallState.all, phones).flatMap { state, phones in
      phones.map { (user: state.user, port: $0.port) }
    }
    contacts += [
      (MeasuredCall.user, voice.callee.port), ("registered", late.port), ("stream", stream.port),
    ]
    try await withThrowingTaskGroup(of: Void.self) { group in
      for contact in contacts {
        group.addTask {
          let subscriber = Subscriber(user: contact.user, password: "secret")
          try await node.register(subscriber, at: contact.port)
        }
      }
      try await group.waitForAll()
    }
  }

  /// What comes all the time while the node is killed.
  private struct Streams {
    let registers: SIPpRun
    let caller: SIPpRun
    let callee: SIPpRun
  }

  /// Returns when the node is ready again.
  private func killInside(
    _ calls: [CallsInState], _ stream: SIPp, on node: TandemNode
  ) async throws -> Streams {
    let processes = try await NodeProcesses.of(node)
    let haveArrived = try await eventually(within: .seconds(8)) {
      calls.allSatisfy(\.haveArrived)
    }
    let missing = calls.filter { !$0.haveArrived }.map(\.state.name)
    guard haveArrived else { throw TestFailure("no calls in the state: \(missing)") }
    let streams = try await start(stream, on: node)
    try await Task.sleep(for: .milliseconds(500))
    let tooEarly = calls.filter { $0.left > 0 }.map { "\($0.state.name): \($0.left)" }
    guard tooEarly.isEmpty else { throw TestFailure("left the state already: \(tooEarly)") }
    try await node.crash(crash, processes)
    return streams
  }

  private func start(_ stream: SIPp, on node: TandemNode) async throws -> Streams {
    var registering = node.registering(
      Subscriber(user: "moving", password: "secret"), at: Ports.one(), scenario: "registers")
    registering.lines = (1...Self.registers).map {
      ["moving\($0)", "[authentication username=moving\($0) password=secret]"]
    }
    registering.calls = Self.registers
    registering.rate = 200
    registering.patience = .seconds(40)
    var callee = stream
    callee.calls = Self.streamed
    var caller = CallState.Party(scenario: "caller-paced", stop: nil).sipp()
    caller.address = NodeConfiguration.trustedAddress
    caller.user = "stream"
    caller.calls = Self.streamed
    caller.rate = 50
    // What has been answered may come once more after the restart.
    caller.passesOverRepeats = true
    let called = try await node.callee(callee)
    return Streams(
      registers: try node.sipp(registering), caller: try node.sipp(caller), callee: called)
  }

  private func finish(
    _ inState: [CallsInState], _ talking: MeasuredCall.Running, _ streams: Streams,
    _ late: SIPp, on node: TandemNode
  ) async throws -> Costs {
    let called = try await node.callee(late)
    var dialling = SIPp(scenario: "caller", address: NodeConfiguration.trustedAddress)
    dialling.user = "registered"
    dialling.calls = calls
    let lateCaller = try node.sipp(dialling)

    var cells: [MatrixCell] = []
    for calls in inState { cells.append(try await calls.finish()) }
    var voice = try await talking.finish()
    var stream = try await cell(of: [streams.caller, streams.callee], calls: Self.streamed)
    let expected = CallState.all.reduce(calls + 1 + Self.streamed) {
      $0 + $1.recordsPerCall * calls
    }
    var records: [TandemNode.CallRecord] = []
    _ = try await eventually(within: .seconds(10)) {
      records = try await node.callRecords()
      return records.count >= expected
    }
    for index in inState.indices { inState[index].check(records, &cells[index]) }
    voice.records = records.count { $0.calleeURI.contains(":\(MeasuredCall.user)@") }
    if voice.records != 1 { voice.complaints.append("\(voice.records) records of 1") }

    let streamed = records.filter { $0.calleeURI.contains(":stream@") }
    stream.records = streamed.count
    let odd = streamed.filter { $0.cause != 200 }
    if streamed.count != Self.streamed || !odd.isEmpty {
      stream.complaints.append("\(streamed.count) records, \(odd.count) of calls gone wrong")
    }
    for record in odd.prefix(2) {
      stream.complaints.append(try await node.command("call", "trace", record.id).output)
    }

    var costs = zip(inState, cells).map { (state: $0.state.name, cell: $1) }
    costs.append((Self.talkingAloud, voice))
    costs.append((Self.stream, stream))
    costs.append((Self.registering, try await cell(of: [streams.registers], calls: Self.registers)))
    costs.append((Self.registered, try await cell(of: [lateCaller, called], calls: calls)))
    return costs
  }

  private func cell(of runs: [SIPpRun], calls: Int) async throws -> MatrixCell {
    var cell = MatrixCell(calls: calls)
    for run in runs {
      let outcome = try await run.outcome()
      cell.lost = max(cell.lost, outcome.lost)
      if outcome.lost > 0 { cell.complaints.append(outcome.complaint) }
    }
    return cell
  }
}
