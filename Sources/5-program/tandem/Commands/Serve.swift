import ArgumentParser
import TandemServer

struct Serve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run a node until it is told to stop (SIGINT, SIGTERM).")

  @OptionGroup var node: NodeOptions

  func run() async throws {
    let configuration = try node.load()
    do {
      try await Node.run(configuration)
    } catch let problems as ConfigurationProblems {
      complain("\(problems)")
      throw ExitCode.configuration
    } catch {
      complain("\(error)")
      throw ExitCode.failure
    }
  }
}
