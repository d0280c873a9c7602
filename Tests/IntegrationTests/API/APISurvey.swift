import Foundation

/// Asks operations of a node's API by their names in the description, and has what was answered
/// checked against it.
final class APISurvey {
  let client: HTTPClient
  private let folder: URL
  private let description: String
  /// By operation: method and path.
  private var operations: [String: (method: String, path: String)] = [:]
  private var answers: [String] = []

  init(of node: TandemNode) throws {
    client = HTTPClient(port: node.configuration.httpPort)
    folder = node.folder
    let answer = try client.ask("GET", "/api/v1/openapi.json")
    description = answer.body
    let paths = try answer.json()["paths"] as? [String: [String: [String: Any]]] ?? [:]
    for (path, item) in paths {
      for (method, operation) in item {
        guard let name = operation["operationId"] as? String else { continue }
        operations[name] = (method.uppercased(), path)
      }
    }
    note("describe", answer)
  }

  /// - Parameters:
  ///   - segment: what stands in the path for the name in braces.
  ///   - query: with its question mark.
  @discardableResult
  func ask(
    _ operation: String, _ segment: String? = nil, query: String = "", body: String? = nil,
    headers: [String: String] = [:]
  ) throws -> HTTPClient.Answer {
    guard let (method, template) = operations[operation] else {
      throw TestFailure("\(operation) is not in the description")
    }
    // Several segments come with a slash between them.
    let path = (segment ?? "").split(separator: "/").reduce(template) { path, segment in
      path.replacing(/\{\w+\}/, with: String(segment), maxReplacements: 1)
    }
    let answer = try client.ask(method, "/api/v1\(path)\(query)", body, headers: headers)
    note(operation, answer)
    return answer
  }

  private func note(_ operation: String, _ answer: HTTPClient.Answer) {
    let line: [String: Any] = [
      "operation": operation, "status": answer.status, "body": answer.body,
      "type": answer.headers["content-type"] ?? "",
    ]
    let data = (try? JSONSerialization.data(withJSONObject: line)) ?? Data()
    answers.append(String(decoding: data, as: UTF8.self))
  }

  /// What is wrong with the description or with an answer; nothing if all is well.
  func check() async throws -> String {
    let files = ["openapi.json", "answers.jsonl"].map { folder.appending(path: $0) }
    try Data(description.utf8).write(to: files[0])
    try Data(answers.joined(separator: "\n").utf8).write(to: files[1])
    let script = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "check-answers.py")
    // By the system's Python, which has the packages that Scripts/setup installs.
    let python = try ChildProcess(
      "/usr/bin/python3", [script.path] + files.map(\.path), folder: folder, name: "check")
    guard let status = try await python.exitStatus(within: .seconds(20)) else {
      await python.stop()
      throw TestFailure("the check does not end")
    }
    return status == 0 ? "" : python.output + python.errors + "status \(status)"
  }
}
