import ArgumentParser
import TandemServer

struct Calls: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "The calls of a running node.")

  @OptionGroup var node: NodeOptions
  @OptionGroup var list: ListOptions

  func run() async throws {
    let client = try NodeClient(node.load())
    let calls = try await client.get("/api/v1/calls", as: [CallSummary].self)
    if list.json { return try printJSON(calls) }
    printTable(
      ["CALL", "STATE", "CALLER", "DIALLED", "ANSWERED BY", "SINCE", "CODEC"],
      calls.map {
        [
          $0.id, $0.state, $0.caller, $0.dialled, $0.answeredBy ?? "-", $0.setup, $0.codec ?? "-",
        ]
      })
  }
}
