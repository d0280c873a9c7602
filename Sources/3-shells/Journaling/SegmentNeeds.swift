/// Which segments recovery needs: from the oldest that somebody retains.
///
/// A segment is given up only when the record that ended the need for it is committed: else a
/// crash could lose that record, and find that what it still needs is gone.
struct SegmentNeeds {
  /// Recovery begins here, now and after any crash.
  private(set) var oldest: SegmentNumber
  private var holders: [SegmentNumber: Int] = [:]
  /// Where the recovery that preceded this journal began, until the owner is done with it.
  private var recovering: SegmentNumber?
  /// The oldest retained segment as it was when `appended` stood at `upTo`.
  private var candidate: (segment: SegmentNumber, upTo: UInt64)?
  private var oldestHeld: SegmentNumber?

  init(oldest: SegmentNumber) {
    self.oldest = oldest
    recovering = oldest
  }

  mutating func retain(_ segment: SegmentNumber) {
    holders[segment, default: 0] += 1
    if let held = oldestHeld, held <= segment { return }
    oldestHeld = segment
  }

  mutating func release(_ segment: SegmentNumber) {
    guard let count = holders[segment] else {
      assertionFailure("released more often than retained")
      return
    }
    guard count == 1 else {
      holders[segment] = count - 1
      return
    }
    holders[segment] = nil
    if segment == oldestHeld { oldestHeld = holders.keys.min() }
  }

  mutating func endRecovery() {
    recovering = nil
  }

  /// The oldest segment that is retained at this moment.
  func oldestRetained(current: SegmentNumber) -> SegmentNumber {
    min(oldestHeld ?? current, recovering ?? current)
  }

  mutating func advance(appended: UInt64, committed: UInt64, current: SegmentNumber) {
    if let candidate {
      guard committed >= candidate.upTo else { return }
      oldest = max(oldest, candidate.segment)
    }
    let retained = oldestRetained(current: current)
    candidate = retained > oldest ? (retained, appended) : nil
    // With `.process` nothing is ever between appended and committed here.
    if committed >= appended { oldest = max(oldest, retained) }
  }
}
