import Foundation

/// A SIPp that plays one of the scenarios in `Scenarios`.
struct SIPp {
  /// The scenario's name, without `.xml`.
  var scenario: String
  /// What stands for the `{{names}}` in the scenario.
  var values: [String: String] = [:]
  var address = "127.0.0.1"
  var port = Ports.one()
  var user = "bob"
  var credentials: Subscriber?
  /// What stands for the scenario's `[field0]`, `[field1]` and so on, a line a call.
  var lines: [[String]] = []
  var overTCP = false
  var calls = 1
  /// Calls a second.
  var rate = 10
  /// Per cent of its own messages, sent and received, that it throws away.
  var loss = 0
  /// Over TCP: it connects again when a connection has ended, and goes on with its calls.
  var reconnects = false
  /// Passes over what it doesn't expect, as a phone does: an ACK that comes once more. What it does
  /// expect must come all the same.
  var passesOverRepeats = false
  /// SIPp fails by itself after this.
  var patience: Duration = .seconds(20)

  static let defaults = [
    "caller": "carol", "domain": "example.test", "hold": "100", "ring": "50",
  ]

  func start(towards target: String? = nil, folder: URL) throws -> SIPpRun {
    let name = "\(scenario)-\(UUID().uuidString.prefix(8))"
    let script = folder.appending(path: "\(name).xml")
    try Data(try filledScenario().utf8).write(to: script)
    var arguments = target.map { [$0] } ?? []
    arguments += ["-sf", script.path, "-i", address, "-p", "\(port)", "-s", user]
    // It takes the ports for sound and for pictures.
    arguments += ["-mi", address, "-mp", "\(Ports.range(6).lowerBound)"]
    arguments += ["-m", "\(calls)", "-r", "\(rate)", "-t", overTCP ? "t1" : "u1", "-nostdin"]
    arguments += ["-trace_stat", "-stf", "\(name).csv", "-fd", "1"]
    arguments += ["-trace_err", "-error_file", "\(name).errors"]
    arguments += ["-trace_logs", "-log_file", "\(name).log"]
    if let credentials { arguments += ["-au", credentials.user, "-ap", credentials.password] }
    // Without this it holds three seconds' calls at a time.
    arguments += ["-l", "\(calls)"]
    if reconnects {
      arguments += ["-max_reconnect", "100", "-reconnect_close", "false"]
      arguments += ["-reconnect_sleep", "200"]
    }
    if passesOverRepeats { arguments += ["-default_behaviors", "all,-abortunexp"] }
    if !lines.isEmpty {
      let file = folder.appending(path: "\(name).lines")
      let text = (["SEQUENTIAL"] + lines.map { $0.joined(separator: ";") }).joined(separator: "\n")
      try Data((text + "\n").utf8).write(to: file)
      arguments += ["-inf", file.path]
    }
    if loss > 0 { arguments += ["-lost", "\(loss)"] }
    let child = try ChildProcess(
      try Self.program(), arguments, folder: folder, name: name)
    return SIPpRun(child: child, calls: calls, patience: patience, folder: folder, name: name)
  }

  private func filledScenario() throws -> String {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Scenarios/\(scenario).xml")
    var text = try String(contentsOf: file, encoding: .utf8)
    for (name, value) in Self.defaults.merging(values, uniquingKeysWith: { $1 }) {
      text = text.replacing("{{\(name)}}", with: value)
    }
    if let rest = text.firstRange(of: "{{") {
      throw TestFailure("\(scenario).xml wants a value: \(text[rest.lowerBound...].prefix(30))")
    }
    return text
  }

  private static func program() throws -> String {
    for path in ["/usr/bin/sipp", "/usr/local/bin/sipp"]
    where FileManager.default.isExecutableFile(atPath: path) {
      return path
    }
    throw TestFailure("SIPp is missing; `Scripts/setup test` installs it")
  }
}

/// A SIPp at work.
struct SIPpRun {
  let child: ChildProcess
  let calls: Int
  let patience: Duration
  let folder: URL
  let name: String

  /// Waits for all its calls, each of which must have gone by the scenario.
  @discardableResult
  func finish() async throws -> SIPpStatistics {
    let outcome = try await outcome()
    guard let statistics = outcome.statistics, outcome.lost == 0 else {
      throw TestFailure(outcome.complaint)
    }
    return statistics
  }

  /// Waits for all its calls, and tells how many have not gone by the scenario.
  func outcome() async throws -> SIPpOutcome {
    let status = try await child.exitStatus(within: patience)
    if status == nil { await child.stop(patience: .seconds(1)) }
    let statistics = try? SIPpStatistics(csv: text("csv"))
    let right = statistics?.succeeded ?? 0
    let counted = statistics.map { "\($0.succeeded) right, \($0.failed) wrong" } ?? "no counts"
    let ending = status.map { "exit status \($0)" } ?? "it never ended"
    return SIPpOutcome(
      // A status that tells of a failure counts for one at least.
      lost: max(abs(calls - right), statistics?.failed ?? 0, status == 0 ? 0 : 1),
      statistics: statistics,
      complaint: "SIPp \(name): \(ending), \(counted) of \(calls)\n"
        + text("errors").lastLines(40) + child.errors.lastLines(10))
  }

  /// What the scenario's `log` actions wrote, line by line.
  var logLines: [String] { text("log").split(separator: "\n").map(String.init) }

  func stop() async { await child.stop(patience: .seconds(1)) }

  private func text(_ suffix: String) -> String {
    let file = folder.appending(path: "\(name).\(suffix)")
    return String(decoding: (try? Data(contentsOf: file)) ?? Data(), as: UTF8.self)
  }
}

/// What became of a SIPp's calls.
struct SIPpOutcome {
  let lost: Int
  let statistics: SIPpStatistics?
  let complaint: String
}
