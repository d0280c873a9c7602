import ArgumentParser
import Foundation
import Supervision
import TandemServer

struct Serve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run a node until it is told to stop (SIGINT, SIGTERM).",
    discussion: """
      Two processes: a small one that holds the sockets, and the one that works, which is started \
      again should it die. Calls go on from their log. SIGHUP does what `tandem reload` does.
      """)

  @OptionGroup var node: NodeOptions

  @Flag(help: "One process, for a service manager that starts it again; no upgrade.")
  var alone = false

  func run() async throws {
    let environment = ProcessInfo.processInfo.environment
    let source = try node.begin(mayFallBack: !KeeperLink.isSuccessor(environment))
    if !alone, !KeeperLink.isWorker(environment) {
      try keep(CommandLine.arguments.dropFirst(), environment)
    }
    do {
      try await Node.run(source)
    } catch let problems as ConfigurationProblems {
      complain("\(problems)")
      throw ExitCode.configuration
    } catch {
      complain("\(error)")
      throw ExitCode.failure
    }
  }
}

/// What a worker starts when its keeper has died; nobody types it.
struct Keep: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "keeper", shouldDisplay: false)

  @Argument(parsing: .captureForPassthrough)
  var worker: [String] = []

  func run() throws {
    try keep(worker[...], ProcessInfo.processInfo.environment)
  }
}

/// Is the keeper of a worker with these arguments, and ends with it.
private func keep(_ arguments: ArraySlice<String>, _ environment: [String: String]) throws {
  let keeper: Keeper
  do {
    keeper = try Keeper(
      arguments: Array(arguments), name: CommandLine.arguments[0], environment: environment,
      report: complain)
  } catch {
    throw Refusal("no keeper: \(error)")
  }
  Foundation.exit(keeper.run())
}
