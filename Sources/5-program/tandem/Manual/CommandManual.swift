import ArgumentParser
import Foundation
import TandemServer

/// The manual page of the command, from the texts of its help: tandem(1).
struct CommandManual {
  /// The part that matters here of what the parser tells of itself, `--experimental-dump-help`.
  fileprivate struct Description: Decodable {
    let command: Command
  }

  fileprivate struct Command: Decodable {
    let commandName: String
    let abstract, discussion: String?
    let shouldDisplay: Bool?
    let subcommands: [Command]?
    let arguments: [Argument]?
  }

  fileprivate struct Argument: Decodable {
    enum Kind: String, Decodable {
      case positional, option, flag
    }

    struct Name: Decodable {
      let kind, name: String

      var text: String { kind == "long" ? "--\(name)" : "-\(name)" }
    }

    let kind: Kind
    let names: [Name]?
    let isOptional, isRepeating, shouldDisplay: Bool
    let valueName, defaultValue, abstract, discussion: String?
    let allValues: [String]?
  }

  private let root: Command

  init() throws {
    // The parser hands this text out as the message of an error.
    do {
      _ = try Tandem.parseAsRoot(["--experimental-dump-help"])
      throw Refusal("the command does not describe itself")
    } catch let refusal as Refusal {
      throw refusal
    } catch {
      let text = Tandem.message(for: error)
      root = try JSONDecoder().decode(Description.self, from: Data(text.utf8)).command
    }
  }

  /// As troff with the macros of man(7).
  var page: String {
    var page = ManualPage(
      name: "tandem", section: 1, about: (root.abstract ?? "").lowercasedFirst.withoutFullStop)
    page.heading("SYNOPSIS")
    page.paragraph("tandem COMMAND [OPTIONS]")
    page.heading("DESCRIPTION")
    page.paragraph(
      """
      tandem serve is the node; the other commands ask it, change its database, or read what it \
      wrote. Each finds the node by its configuration file.
      """)
    page.heading("COMMANDS")
    write(root.subcommands ?? [], after: "tandem", to: &page)
    page.heading("EXIT STATUS")
    for (status, meaning) in Self.statuses { page.item(status, meaning) }
    page.heading("FILES")
    for (file, meaning) in Self.files { page.item(file, meaning) }
    page.heading("EXAMPLES")
    for (purpose, command) in Self.examples {
      page.paragraph("\(purpose):")
      page.verbatim(command)
    }
    page.heading("SEE ALSO")
    page.paragraph("tandem.yaml(5), systemctl(1), journalctl(1)")
    return page.text
  }

  private func write(_ commands: [Command], after words: String, to page: inout ManualPage) {
    for command in commands where command.shouldDisplay ?? true && command.commandName != "help" {
      let name = "\(words) \(command.commandName)"
      let arguments = (command.arguments ?? []).filter {
        $0.shouldDisplay && !["help", "version"].contains($0.names?.last?.name)
      }
      let values = arguments.filter { $0.kind == .positional }.map(\.shown)
      page.subheading(([name] + values).joined(separator: " "))
      for text in [command.abstract, command.discussion] {
        if let text, !text.isEmpty { page.paragraph(text) }
      }
      for argument in arguments { page.item(argument.shown, argument.meaning) }
      write(command.subcommands ?? [], after: name, to: &page)
    }
  }

  private static let statuses = [
    ("0", "Done."),
    ("1", "It could not be done, as the message says."),
    ("2", "The configuration is wrong; each line of the message names file and line."),
    ("3", "The node does not answer."),
    ("64", "The command line is wrong."),
  ]

  private static let files = [
    ("/etc/tandem/tandem.yaml", "The configuration, unless --config names another."),
    ("/var/lib/tandem/", "Database and call log of the package's configuration."),
  ]

  private static let examples = [
    ("See whether the file is right, then start", "tandem check && systemctl start tandem"),
    (
      "Add a subscriber, as the user that the node runs as",
      "runuser -u tandem -- tandem user add alice --number +15550001"
    ),
    ("What happened in a call", "tandem cdr list\ntandem call trace ID"),
    ("Stop when the last call has ended", "tandem drain --wait && systemctl stop tandem"),
    ("Go on with a new version, calls and all", "tandem upgrade"),
  ]
}

extension CommandManual.Argument {
  fileprivate var shown: String {
    let value = "<\(valueName ?? "value")>" + (isRepeating ? " …" : "")
    switch kind {
    case .positional: return isOptional ? "[\(value)]" : value
    case .flag: return (names ?? []).map(\.text).joined(separator: ", ")
    case .option: return (names ?? []).map(\.text).joined(separator: ", ") + " \(value)"
    }
  }

  fileprivate var meaning: String {
    var text = [abstract, discussion].compactMap { $0 }.joined(separator: " ")
    if let allValues, !allValues.isEmpty {
      text += " One of \(allValues.joined(separator: ", "))."
    }
    if kind == .option, let defaultValue { text += " Default: \(defaultValue)." }
    return text.isEmpty ? "-" : text
  }
}

extension String {
  fileprivate var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
  fileprivate var withoutFullStop: String { hasSuffix(".") ? String(dropLast()) : self }
}
