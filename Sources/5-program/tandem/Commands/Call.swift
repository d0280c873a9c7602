import ArgumentParser
import Journaling
import Machines
import Softswitch
import TandemServer

struct Call: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "One call, live or past, as the call log tells it.", subcommands: [Trace.self])

  struct Trace: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Draw a call's messages between caller, Tandem and phones.",
      discussion: """
        Reads the call log, whether or not the node runs. The times are seconds since the call \
        began; a double line is where the process died or came back. A message that changed \
        nothing, as one that had come before, is not in the log.
        """)

    @Argument(
      help: """
        The call's id as `tandem calls` and the call records have it, the beginning of one (at \
        least \(TraceSearch.shortestPrefix) characters), or the SIP Call-ID of any of its legs.
        """, completion: .call)
    var id: String

    @OptionGroup var node: NodeOptions

    @Flag(help: "Print JSON instead of a diagram.")
    var json = false

    func run() async throws {
      let configuration = try node.load()
      switch try find(configuration.callLogDirectory) {
      case .found(let trace):
        if json { return try printJSON(CallTraceDocument(trace)) }
        print(LadderDiagram(trace).text, terminator: "")
      case .several(let candidates, let count):
        complain("\(count) calls are meant by \"\(id.printable)\"")
        printTable(
          ["CALL", "SETUP", "CALLER", "DIALLED"],
          candidates.map { ["\($0.id)", "\($0.began)", $0.caller, $0.dialled] })
        throw ExitCode.failure
      case .unknown:
        throw Refusal(unknown(configuration))
      }
    }

    private func find(_ directory: String) throws -> TraceSearch.Finding {
      do throws(JournalFault) {
        return try TraceSearch.find(id, in: FileDisk.reading(directory: directory))
      } catch {
        throw Refusal("the call log \(directory) cannot be read: \(error.explanation)")
      }
    }

    private func unknown(_ configuration: Configuration) -> String {
      if id.utf8.count < TraceSearch.shortestPrefix {
        return "the beginning of an id has at least \(TraceSearch.shortestPrefix) characters"
      }
      let log = configuration.callLog
      return "the call log \(configuration.callLogDirectory) has no call \"\(id.printable)\"; "
        + "calls that are over are kept for \(log.retention.inWords) (callLog.retention), "
        + "and \(log.megabytes) MiB of them at most (callLog.megabytes)"
    }
  }
}

extension Duration {
  /// In the largest unit that divides it: `24 hours`.
  fileprivate var inWords: String {
    let seconds = components.seconds
    for (unit, length) in [("hours", Int64(3600)), ("minutes", 60)]
    where seconds.isMultiple(of: length) {
      return "\(seconds / length) \(unit)"
    }
    return "\(seconds) seconds"
  }
}

extension JournalFault {
  fileprivate var explanation: String {
    switch self {
    case .system(_, 2): "it is not there; has the node run with this configuration?"
    case .system(_, 13): "permission denied; ask as the user that the node runs as"
    case .system(let call, let code): "\(call) failed with error \(code)"
    case .unknownFormat(let segment, let version):
      "segment \(segment) was written by a later program (format \(version))"
    case .locked, .stalled, .missing, .exists, .readOnly: "\(self)"
    }
  }
}
