import Machines

extension Journal {
  /// At most so many segments are removed at a time, so that it takes no long while.
  private static let pruneLimit = 4

  /// Somebody needs the records from this segment on: what is live and has its first there.
  package func retain(_ segment: SegmentNumber) {
    needs.retain(segment)
  }

  /// Called when the record that ends the need was appended, or when it was written again later.
  package func release(_ segment: SegmentNumber) {
    needs.release(segment)
  }

  /// What was there before this journal began is retained by those who need it.
  package func finishRecovery() {
    needs.endRecovery()
  }

  package var oldestRetained: SegmentNumber { needs.oldestRetained(current: current) }

  /// Removes segments that recovery doesn't need and that are beyond the retention, a few a call.
  package func prune(now: Instant) {
    lastNow = now
    if batch.isEmpty { needs.advance(appended: appended, committed: committed, current: current) }
    for _ in 0..<Self.pruneLimit {
      guard let segment = ledger.removable(before: needs.oldest, options, now: now) else { return }
      do {
        try disk.remove(segment)
      } catch {
        // Gone already is as good; anything else is tried again the next time.
        guard case .missing = error else { return }
      }
      ledger.removeFirst()
      counters.removedSegments += 1
    }
  }
}
