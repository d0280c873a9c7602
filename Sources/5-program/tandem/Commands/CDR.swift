import ArgumentParser
import CallControl
import Foundation
import Machines
import Storage
import TandemServer

struct CDR: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cdr", abstract: "Call detail records, read from the database.",
    subcommands: [List.self, Export.self])

  /// Which records a command is about.
  struct Selection: ParsableArguments {
    @Option(help: "From this moment on (ISO 8601: 2026-01-31 or 2026-01-31T12:00:00Z).")
    var since: String?
    @Option(help: "Before this moment.")
    var until: String?
    @Option(help: "Only calls of this user, number or URI, on either side.")
    var party: String?
    @Option(help: "At most so many.")
    var limit: Int?

    func filter(_ order: CallRecordFilter.Order) throws -> CallRecordFilter {
      if let limit, limit < 0 { throw ValidationError("--limit counts from 0") }
      return CallRecordFilter(
        since: try since.map(moment), until: try until.map(moment), party: party, limit: limit,
        order: order)
    }

    private func moment(_ text: String) throws -> Int64 {
      guard let moment = nanoseconds(iso8601: text) else {
        throw ValidationError("\"\(text)\" is no moment: write 2026-01-31 or 2026-01-31T12:00:00Z")
      }
      return moment
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List records, the newest first.")

    @OptionGroup var node: NodeOptions
    @OptionGroup var selection: Selection
    @OptionGroup var list: ListOptions

    func run() async throws {
      let filter = try selection.filter(.newestFirst)
      let (_, store) = try node.openStore()
      defer { store.close() }
      let records = try store.callRecords(filter)
      if list.json { return try printJSON(records.map(CallRecordDocument.init)) }
      printTable(
        ["SETUP", "CALLER", "DIALLED", "ANSWERED BY", "SECONDS", "CAUSE", "BY", "CODEC"],
        records.map {
          [
            WallTime(nanoseconds: $0.setup).description, $0.callerUser ?? $0.callerURI,
            $0.calleeURI, $0.calleeUser ?? "-", String(format: "%.1f", Double($0.duration) / 1000),
            "\($0.cause) \($0.causeText)", $0.releasedBy.rawValue, $0.codec ?? "-",
          ]
        })
    }
  }

  struct Export: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write records to standard output, the oldest first.")

    enum Format: String, ExpressibleByArgument, CaseIterable {
      case csv, jsonl
    }

    @OptionGroup var node: NodeOptions
    @OptionGroup var selection: Selection
    @Option(help: "csv (RFC 4180) or jsonl (a JSON object a line).")
    var format = Format.csv

    func run() async throws {
      let filter = try selection.filter(.oldestFirst)
      let (_, store) = try node.openStore()
      defer { store.close() }
      if format == .csv { print(CallRecordDocument.csvHeading, terminator: "\r\n") }
      try store.forEachCallRecord(filter) { record in
        let document = CallRecordDocument(record)
        switch format {
        case .csv: print(document.csvRow, terminator: "\r\n")
        case .jsonl: try printJSON(document, pretty: false)
        }
      }
    }
  }
}
