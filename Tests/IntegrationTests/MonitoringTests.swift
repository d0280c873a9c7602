import Foundation
import Testing

extension IntegrationTests {
  /// After a change of the metrics, `TANDEM_WRITE_REFERENCE=1 swift test --filter MonitoringTests`
  /// writes their table in docs/monitoring.md anew.
  @Suite("Monitoring")
  struct MonitoringTests {
    private static let docs = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../docs").standardizedFileURL

    private func metrics(of node: TandemNode) throws -> Exposition {
      let client = HTTPClient(port: node.configuration.httpPort)
      let answer = try client.ask("GET", "/metrics")
      #expect(answer.headers["content-type"]?.hasPrefix("text/plain; version=0.0.4") == true)
      return try Exposition(answer.body)
    }

    @Test("Metrics are as the exposition format wants them, and what has happened is counted")
    func exposition() async throws {
      try await withNode { node in
        try await node.exchange(
          SIPp(scenario: "caller", calls: 2), with: [SIPp(scenario: "callee")])
        _ = try await node.callRecords(2)
        let metrics = try metrics(of: node)
        #expect(metrics["tandem_calls_ended_total"] == 2)
        #expect(metrics["tandem_calls_ended_by_status_total{status=\"200\"}"] == 2)
        #expect(metrics["tandem_sip_requests_by_method_total{method=\"INVITE\"}"] == 2)
        #expect((metrics["tandem_sip_responses_by_status_total{status=\"200\"}"] ?? 0) >= 2)
        #expect(metrics["tandem_registrations"] == 1)
        #expect((metrics["process_resident_memory_bytes"] ?? 0) > 1_000_000)
        #expect((metrics["process_open_fds"] ?? 0) > 10)
        #expect((metrics["process_cpu_seconds_total"] ?? 0) > 0)
        try checkReference(metrics)
        try checkNames(metrics)
      }
    }

    /// The table in the documentation is what a node says.
    private func checkReference(_ metrics: Exposition) throws {
      let file = Self.docs.appending(path: "monitoring.md")
      let document = try String(contentsOf: file, encoding: .utf8)
      let begin = try #require(document.range(of: "<!-- metrics: begin -->\n"))
      let end = try #require(document.range(of: "<!-- metrics: end -->"))
      var table = "| metric | type | labels | what it is |\n|---|---|---|---|\n"
      for family in metrics.families {
        table += "| `\(family.name)` | \(family.kind) | \(family.label ?? "") | \(family.help) |\n"
      }
      if ProcessInfo.processInfo.environment["TANDEM_WRITE_REFERENCE"] != nil {
        let new = document[..<begin.upperBound] + table + document[end.lowerBound...]
        try String(new).write(to: file, atomically: true, encoding: .utf8)
      } else {
        // Which labels there are shows only when there is a sample.
        let shown = document[begin.upperBound..<end.lowerBound].split(separator: "\n")
        let expected = table.split(separator: "\n")
        func cells(_ row: Substring) -> [Substring] {
          var cells = row.split(separator: "|", omittingEmptySubsequences: false)
          if cells.count > 3 { cells.remove(at: 3) }
          return cells
        }
        #expect(shown.map(cells) == expected.map(cells))
      }
    }

    /// What the alerts and the dashboard name, there is.
    private func checkNames(_ metrics: Exposition) throws {
      for name in ["tandem-alerts.yaml", "tandem-dashboard.json"] {
        let file = Self.docs.appending(path: "prometheus/\(name)")
        let text = try String(contentsOf: file, encoding: .utf8)
        let named = Set(text.matches(of: /\b(?:tandem|process)_[a-z_]+/).map { String($0.output) })
        #expect(named.count > 10)
        #expect(named.subtracting(metrics.families.map(\.name)) == [], "\(name)")
      }
    }

    @Test("With log.format json each line is one object, and no password shows")
    func log() async throws {
      var configuration = NodeConfiguration()
      configuration.log = ["format: json", "level: trace"]
      try await withNode(configuration) { node in
        try await node.register(at: Ports.one())
        let lines = node.log.split(separator: "\n")
        #expect(!lines.isEmpty)
        for line in lines {
          let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
          #expect(object?["message"] is String && object?["time"] is String, "\(line)")
        }
        #expect(node.log.contains("\"message\":\"ready\""))
        #expect(!node.log.contains("secret1") && !node.log.contains("secret2"))
      }
    }
  }
}
