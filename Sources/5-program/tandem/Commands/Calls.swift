import ArgumentParser
import TandemServer

struct Calls: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "The calls of a running node.", subcommands: [List.self, HangUp.self],
    defaultSubcommand: List.self)

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List them.")

    @OptionGroup var node: NodeOptions
    @OptionGroup var list: ListOptions

    func run() async throws {
      let client = try NodeClient(node.load())
      let calls = try await client.list("/api/v1/calls", of: CallSummary.self)
      if list.json { return try printJSON(calls) }
      printTable(
        ["CALL", "STATE", "CALLER", "DIALLED", "ANSWERED BY", "SINCE", "CODEC"],
        calls.map {
          [
            $0.id, $0.state, $0.caller, $0.dialled, $0.answeredBy ?? "-", $0.setup,
            $0.codec ?? "-",
          ]
        })
    }
  }

  struct HangUp: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "hangup", abstract: "Hang a call up.")

    @OptionGroup var node: NodeOptions
    @OptionGroup var output: ResultOptions
    @Argument(help: "The call's id, as `tandem calls` has it.", completion: .call)
    var id: String

    func run() async throws {
      let client = try NodeClient(node.load())
      let answer = try await client.ask(.delete, "/api/v1/calls/\(queryEscaped(id))")
      let call = try CallSummary(json: answer)
      if output.json { return try printJSON(call) }
      print("The call of \(call.caller.printable) to \(call.dialled.printable) is hung up.")
    }
  }
}
