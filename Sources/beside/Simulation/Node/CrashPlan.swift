import Journaling
import Machines

/// Where a process can end.
enum CrashPoint: Equatable {
  /// Between two events.
  case now
  /// After so many appends to the log, before anything that depends on them leaves.
  case append(Int)
  /// Before so many datagrams of a flush have left.
  case datagram(Int)
  /// After so many commits of the database, before anybody hears of them.
  case commit(Int)
  /// When so many messages have been read, before their tick ends.
  case message(Int)

  static func draw(_ random: inout SeededGenerator) -> CrashPoint {
    let count = random.number(1...6)
    return switch random.number(0...9) {
    case 0...1: .now
    case 2...4: .append(count)
    case 5...6: .datagram(count)
    case 7: .commit(random.number(1...2))
    default: .message(count)
    }
  }
}

/// A crash that waits for its moment.
struct ArmedCrash {
  private(set) var point: CrashPoint
  let kind: MemoryDisk.Crash

  init(_ point: CrashPoint, _ kind: MemoryDisk.Crash) {
    self.point = point
    self.kind = kind
  }

  /// Something happened that may be what the crash waits for; whether it strikes now.
  mutating func strikes(_ passed: Passed) -> Bool {
    switch (passed, point) {
    case (.append, .append(let count)):
      point = .append(count - 1)
      return count <= 1
    case (.datagram, .datagram(let count)):
      point = .datagram(count - 1)
      return count <= 1
    case (.commit, .commit(let count)):
      point = .commit(count - 1)
      return count <= 1
    case (.message, .message(let count)):
      point = .message(count - 1)
      return count <= 1
    default:
      return false
    }
  }

  enum Passed {
    case append, datagram, commit, message
  }
}
