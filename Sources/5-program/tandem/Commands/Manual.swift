import ArgumentParser
import TandemServer

/// What the package's manual pages are made of; nobody types it.
struct Manual: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print a manual page, in the language of man(7).", shouldDisplay: false)

  enum Page: String, ExpressibleByArgument, CaseIterable {
    case command, configuration
  }

  @Argument(help: "Of what.")
  var page = Page.command

  func run() throws {
    switch page {
    case .command: print(try CommandManual().page, terminator: "")
    case .configuration: print(ConfigurationManual.page, terminator: "")
    }
  }
}
