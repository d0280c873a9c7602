import Machines

/// The order in which the servers of SRV records are tried: RFC 2782, "Usage rules".
enum ServiceOrder {
  /// By priority; among those of one priority, each stands first as often as its weight says.
  static func sorted(
    _ records: [ServiceRecord], _ random: inout some RandomNumberGenerator
  ) -> [ServiceRecord] {
    var order: [ServiceRecord] = []
    for priority in Set(records.map(\.priority)).sorted() {
      // Those of weight 0 first, so that they have a small chance among the others.
      var left = records.filter { $0.priority == priority }
      left.sort {
        ($0.weight == 0 ? 0 : 1, $0.target, $0.port) < ($1.weight == 0 ? 0 : 1, $1.target, $1.port)
      }
      while !left.isEmpty { order.append(left.remove(at: draw(left, &random))) }
    }
    return order
  }

  /// The first whose running sum of weights reaches a number drawn from zero to their sum.
  private static func draw(
    _ records: [ServiceRecord], _ random: inout some RandomNumberGenerator
  ) -> Int {
    let sum = records.reduce(UInt64(0)) { $0 + UInt64($1.weight) }
    let drawn = random.next(upperBound: sum + 1)
    var running: UInt64 = 0
    for (index, record) in records.enumerated() {
      running += UInt64(record.weight)
      if running >= drawn { return index }
    }
    return records.count - 1
  }
}
