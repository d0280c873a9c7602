import ArgumentParser
import Foundation
import Storage
import TandemServer

/// Finds the node that a command is about.
struct NodeOptions: ParsableArguments {
  @Option(
    name: .shortAndLong, help: "The node's configuration file.", completion: .configurationFile)
  var config = "/etc/tandem/tandem.yaml"

  func load() throws -> Configuration {
    do {
      return try loadConfiguration(path: config)
    } catch {
      complain("\(error)")
      throw ExitCode.configuration
    }
  }

  /// What a node starts with.
  func begin(mayFallBack: Bool) throws -> ConfigurationSource {
    do {
      return try ConfigurationSource.beginning(file: path, mayFallBack: mayFallBack)
    } catch {
      complain("\(error)")
      throw ExitCode.configuration
    }
  }

  /// The file, also for somebody in another folder.
  var path: String {
    config.hasPrefix("/") ? config : FileManager.default.currentDirectoryPath + "/" + config
  }

  /// The node's database, whether or not the node runs.
  func openStore() throws -> (Configuration, Store) {
    let configuration = try load()
    do {
      return (configuration, try Store(path: configuration.store.path))
    } catch {
      throw Refusal("\(error)")
    }
  }
}

/// `--json` on each command that lists.
struct ListOptions: ParsableArguments {
  @Flag(help: "Print one JSON array instead of a table.")
  var json = false
}

/// `--json` on each command that does one thing.
struct ResultOptions: ParsableArguments {
  @Flag(help: "Print what came of it as JSON.")
  var json = false
}

extension ExitCode {
  static let configuration = ExitCode(2)
  static let unreachable = ExitCode(3)
}

/// A thing that could not be done: printed to standard error, exit code 1.
struct Refusal: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }
}
