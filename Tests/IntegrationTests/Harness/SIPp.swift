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
  var overTCP = false
  var calls = 1
  /// Calls a second.
  var rate = 10
  /// Per cent of its own messages, sent and received, that it throws away.
  var loss = 0
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
    arguments += ["-mi", address, "-mp", "\(Ports.one())"]
    arguments += ["-m", "\(calls)", "-r", "\(rate)", "-t", overTCP ? "t1" : "u1", "-nostdin"]
    arguments += ["-trace_stat", "-stf", "\(name).csv", "-fd", "1"]
    arguments += ["-trace_err", "-error_file", "\(name).errors"]
    arguments += ["-trace_logs", "-log_file", "\(name).log"]
    if let credentials { arguments += ["-au", credentials.user, "-ap", credentials.password] }
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
    let status = try await child.exitStatus(within: patience)
    if status == nil { await child.stop(patience: .seconds(1)) }
    let statistics = try? SIPpStatistics(csv: text("csv"))
    guard status == 0, let statistics, statistics.succeeded == calls, statistics.failed == 0 else {
      let counted = statistics.map { "\($0.succeeded) right, \($0.failed) wrong" } ?? "no counts"
      let ending = status.map { "exit status \($0)" } ?? "it never ended"
      throw TestFailure(
        "SIPp \(name): \(ending), \(counted) of \(calls)\n"
          + text("errors").lastLines(40) + child.errors.lastLines(10))
    }
    return statistics
  }

  /// What the scenario's `log` actions wrote, line by line.
  var logLines: [String] { text("log").split(separator: "\n").map(String.init) }

  func stop() async { await child.stop(patience: .seconds(1)) }

  private func text(_ suffix: String) -> String {
    let file = folder.appending(path: "\(name).\(suffix)")
    return String(decoding: (try? Data(contentsOf: file)) ?? Data(), as: UTF8.self)
  }
}
