import ArgumentParser
import TandemServer

struct Status: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "What a running node is doing.")

  @OptionGroup var node: NodeOptions

  @Flag(help: "Print JSON instead of text.")
  var json = false

  func run() async throws {
    let client = try NodeClient(node.load())
    let status = try await client.get("/api/v1/status", as: NodeStatus.self)
    if json { return try printJSON(status) }
    let ports = status.mediaPorts
    print(
      """
      node           \(status.node) (region \(status.region), zone \(status.zone)), \
      version \(status.version)
      started        \(status.started)
      listening on   \(status.listeners.joined(separator: " "))
      calls          \(status.calls)
      registrations  \(status.registrations)
      subscribers    \(status.subscribers)
      media ports    \(ports.inUse) in use, \(ports.ready) ready, \(ports.quarantined) in \
      quarantine, \(ports.unbound) not bound yet (pairs)
      durability     \(status.durabilityText)
      call log       \(status.callLog.directory), \(status.callLog.segments) segments, \
      \(status.callLog.bytes >> 20) MiB
      process        \(status.process)\(status.keeper.map { ", sockets held by \($0)" } ?? "")\
      \(status.isDraining ? ", draining: no new calls" : "")
      CDRs waiting   \(status.unwrittenRecords)
      """)
  }
}

extension NodeStatus {
  fileprivate var durabilityText: String {
    guard callLog.isFailing else { return "calls outlive the end of the \(durability)" }
    return "NONE: the call log cannot be written (\(callLog.fault ?? "unknown"))"
  }
}
