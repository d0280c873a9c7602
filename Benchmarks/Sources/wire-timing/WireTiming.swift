import Workloads

// Times the codecs on one core: prints a JSON array, a row for each workload.
//
//   wire-timing                    every workload, several runs each
//   wire-timing WORKLOAD COUNT     one workload, COUNT times and no more, for instruction counters

@main
struct WireTiming {
  static let runs = 15
  static let runLength = Duration.milliseconds(100)

  static func main() {
    let arguments = CommandLine.arguments.dropFirst()
    if arguments.isEmpty {
      print("[" + Workload.allCases.map(row).joined(separator: ",\n") + "]")
    } else if arguments.count == 2, let workload = Workload(rawValue: arguments[1]),
      let count = Int(arguments[2]), count >= 0
    {
      print(workload.run(count))
    } else {
      let names = Workload.allCases.map(\.rawValue).joined(separator: "|")
      fatalError("usage: wire-timing [\(names) COUNT]")
    }
  }

  /// Nanoseconds a message, of the best run and of the middle one.
  static func row(_ workload: Workload) -> String {
    let count = countFilling(runLength, with: workload)
    var sum = 0
    let times = (0..<runs).map { _ in nanoseconds(workload, count, &sum) }.sorted()
    // The sum goes out with the row, or the work could be dropped.
    return """
      {"workload": "\(workload.rawValue)", "title": "\(workload.title)", \
      "octets": \(workload.size), "runs": \(runs), "messages": \(count), \
      "best": \(times[0]), "median": \(times[runs / 2]), "sum": \(sum)}
      """
  }

  static func nanoseconds(_ workload: Workload, _ count: Int, _ sum: inout Int) -> Double {
    let elapsed = ContinuousClock().measure { sum &+= workload.run(count) }
    return elapsed / .nanoseconds(1) / Double(count)
  }

  /// How many repetitions take about so long; finding out warms everything up.
  static func countFilling(_ length: Duration, with workload: Workload) -> Int {
    var count = 64
    var sum = 0
    while true {
      let elapsed = Duration.nanoseconds(1) * (nanoseconds(workload, count, &sum) * Double(count))
      if elapsed > length / 2 { return max(1, Int(Double(count) * (length / elapsed))) }
      count *= 2
    }
  }
}
