import ArgumentParser
import TandemServer

struct Upgrade: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Start the installed program in place of the running one, without losing a call.",
    discussion: """
      The new process checks the configuration against the database, takes over the UDP and TCP \
      sockets and connections, and takes up every call. If something is wrong with the \
      configuration, the old one goes on.
      """)

  @OptionGroup var node: NodeOptions
  @OptionGroup var output: ResultOptions

  func run() async throws {
    let client = try NodeClient(node.load())
    let old = try await client.get("/api/v1/status", as: NodeStatus.self)
    try await client.tell(.post, "/api/v1/upgrade")
    for _ in 0..<300 {
      try await Task.sleep(for: .milliseconds(100))
      guard let now = await client.status(), now.process != old.process else { continue }
      if output.json { return try printJSON(now) }
      return print(
        "Process \(now.process) (version \(now.version)) has taken over from \(old.process): "
          + "\(now.calls) calls, \(now.registrations) registrations.")
    }
    throw Refusal("the new process has not taken over within 30 s; see the log of the node")
  }
}
