import ArgumentParser
import TandemServer

struct Drain: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Let a running node take no new calls; those in progress go on.",
    discussion: """
      New calls get 503, and so do OPTIONS and /readyz, so that a balancer looks elsewhere. \
      The node goes on running.
      """)

  @OptionGroup var node: NodeOptions
  @OptionGroup var output: ResultOptions

  @Flag(help: "Take new calls again.")
  var undo = false

  @Flag(help: "Return when the last call has ended.")
  var wait = false

  func run() async throws {
    let client = try NodeClient(node.load())
    var status = try await client.post(
      undo ? "/api/v1/drain?off=1" : "/api/v1/drain", as: NodeStatus.self)
    if undo { return try say("The node takes new calls again.", status) }
    if !wait || !output.json {
      try say("The node takes no new calls; \(status.calls) in progress.", status)
    }
    while wait, status.calls > 0 {
      try await Task.sleep(for: .seconds(1))
      status = try await client.get("/api/v1/status", as: NodeStatus.self)
    }
    if wait { try say("The last call has ended.", status) }
  }

  private func say(_ text: String, _ status: NodeStatus) throws {
    if output.json { try printJSON(status) } else { print(text) }
  }
}
