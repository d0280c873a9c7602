import ArgumentParser
import TandemServer

struct Check: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Read the configuration and say what is wrong with it: file, line, what to write.",
    discussion: """
      Exits with 0 if a node would start with it, with 2 if not. With --diff it exits with 0 if \
      the running node goes by it already, with 1 if `tandem reload` or `tandem upgrade` would \
      change something, and prints what.
      """)

  @OptionGroup var node: NodeOptions
  @OptionGroup var output: ResultOptions

  @Flag(help: "Print in what the file differs from what the running node goes by.")
  var diff = false

  private struct Finding: Encodable {
    let file, node: String
    let listeners, domains, subscribers: Int
  }

  func run() async throws {
    let configuration = try node.load()
    do {
      try Node.check(configuration)
    } catch {
      complain("\(error)")
      throw ExitCode.configuration
    }
    if diff { return try await compare(configuration) }
    let subscribers = configuration.domains.map(\.subscribers.count).reduce(0, +)
    if output.json {
      return try printJSON(
        Finding(
          file: node.config, node: configuration.node.name,
          listeners: configuration.sip.listen.count, domains: configuration.domains.count,
          subscribers: subscribers))
    }
    print(
      "\(node.config): right. Node \(configuration.node.name), "
        + "\(configuration.sip.listen.count) SIP listeners, \(configuration.domains.count) domains, "
        + "\(subscribers) subscribers in the file.")
    for remark in configuration.remarks { print("\(node.config): \(remark)") }
  }

  /// The node itself compares, so that no secret has to leave it.
  private func compare(_ configuration: Configuration) async throws {
    let trial = try await NodeClient(configuration).post(
      "/api/v1/reload?trial=1", as: ReloadDocument.self)
    guard trial.file == node.path else {
      throw Refusal("the running node reads another file: \(trial.file)")
    }
    if output.json { try printJSON(trial) } else { trial.print() }
    if !trial.changes.isEmpty { throw ExitCode.failure }
  }
}
