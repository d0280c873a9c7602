import CAllocationCount
import Workloads

// Counts what the codecs ask of the allocator: prints a JSON array, a row for each workload.

@main
struct WireAllocations {
  static let count = 10_000

  static func main() {
    proveThatCountingWorks()
    print("[" + Workload.allCases.map(row).joined(separator: ",\n") + "]")
  }

  /// Blocks and octets allocated a message.
  static func row(_ workload: Workload) -> String {
    // The first round fills whatever is filled once: globals, type metadata.
    var sum = workload.run(100)
    let before = allocation_count_now()
    sum &+= workload.run(count)
    let after = allocation_count_now()
    let blocks = Double(after.blocks - before.blocks) / Double(count)
    let octets = Double(after.octets - before.octets) / Double(count)
    return """
      {"workload": "\(workload.rawValue)", "blocks": \(blocks), "octets": \(octets), "sum": \(sum)}
      """
  }

  /// Were the counters not the runtime's allocator, every row would say 0 and look splendid.
  static func proveThatCountingWorks() {
    let before = allocation_count_now().blocks
    let arrays = (1...10).map { [UInt8](repeating: 7, count: $0 * 100) }
    let counted = allocation_count_now().blocks - before
    precondition(arrays.count == 10 && counted >= 10, "allocations of the runtime are not counted")
  }
}
