import Machines

/// The syncs that are under way; they end in the order in which they began.
struct SyncProgress {
  private(set) var underWay = 0
  /// When the sync that is now the oldest became it.
  private(set) var started: Instant?
  /// All records up to this one are in a sync that was asked for.
  private(set) var asked: UInt64 = 0
  /// Grows with each fault.
  private var epoch: UInt64 = 0

  mutating func begin(upTo record: UInt64, now: Instant) -> UInt64 {
    underWay += 1
    asked = record
    if started == nil { started = now }
    return epoch
  }

  /// Whether the sync that ended still counts.
  mutating func end(epoch: UInt64, now: Instant) -> Bool {
    underWay -= 1
    started = underWay == 0 ? nil : now
    return epoch == self.epoch
  }

  /// What is under way counts no more, but is still waited for.
  mutating func abandon() {
    epoch &+= 1
  }
}
