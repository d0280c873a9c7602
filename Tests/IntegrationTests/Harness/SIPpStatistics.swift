/// What SIPp counted, from the last line of its `-trace_stat` file.
struct SIPpStatistics {
  let succeeded: Int
  let failed: Int
  let retransmissions: Int

  init(csv: String) throws {
    let lines = csv.split(separator: "\n")
    guard let heading = lines.first, lines.count > 1, let last = lines.last else {
      throw TestFailure("SIPp wrote no statistics")
    }
    let names = heading.split(separator: ";", omittingEmptySubsequences: false)
    let values = last.split(separator: ";", omittingEmptySubsequences: false)
    // (C) marks what is counted over the whole run, (P) over the last period.
    func count(_ name: String) throws -> Int {
      guard let column = names.firstIndex(of: "\(name)(C)"), column < values.count,
        let value = Int(values[column])
      else { throw TestFailure("SIPp's statistics have no \(name)") }
      return value
    }
    succeeded = try count("SuccessfulCall")
    failed = try count("FailedCall")
    retransmissions = try count("Retransmissions")
  }
}
