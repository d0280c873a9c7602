import ArgumentParser
import TandemServer

struct Check: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Read the configuration and say what is wrong with it: file, line, what to write.",
    discussion: "Exits with 0 if a node would start with it, with 2 if not.")

  @OptionGroup var node: NodeOptions
  @OptionGroup var output: ResultOptions

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
}
