import Machines

/// The nonces that somebody has logged in with, and what they have used of them.
///
/// Only a login that succeeded enters a nonce, so that strangers cannot fill the table. It is
/// bounded all the same; a nonce that is forgotten before it expires must not come back as new, so
/// whatever is not in the table counts only if it was issued after `floor`. The floor starts where
/// the process does: what an earlier process knew is gone too.
struct NonceTable: Sendable {
  private let capacity: Int
  private let lifetimeMilliseconds: UInt64
  private var uses: [Nonce: NonceUse] = [:]
  /// In the order of their first use; those before `oldest` are gone.
  private var order: [Nonce] = []
  private var oldest = 0
  private var floor: WallTime

  init(capacity: Int, lifetime: Duration, startedAt: WallTime) {
    self.capacity = max(1, capacity)
    lifetimeMilliseconds = UInt64(max(0, lifetime.wholeNanoseconds / 1_000_000))
    // A millisecond earlier, for a clock that stands still between start and first challenge.
    floor = WallTime(nanoseconds: startedAt.nanoseconds &- 1_000_000)
  }

  var count: Int { uses.count }

  func isStale(_ nonce: Nonce, at now: WallTime) -> Bool {
    guard let age = nonce.age(at: now), age < lifetimeMilliseconds else { return true }
    return uses[nonce] == nil && !nonce.isIssued(after: floor)
  }

  /// Takes note of a login that proved right, with a nonce that is not stale.
  mutating func admit(
    _ count: UInt32, of nonce: Nonce, request: UInt64, by user: UInt64, at now: WallTime
  ) -> NonceUse.Admission {
    if let admission = uses[nonce]?.admit(count, request: request, by: user) { return admission }
    makeRoom(at: now)
    var use = NonceUse(owner: user)
    let admission = use.admit(count, request: request, by: user)
    uses[nonce] = use
    order.append(nonce)
    return admission
  }

  private mutating func makeRoom(at now: WallTime) {
    while oldest < order.count, isExpired(order[oldest], at: now) { forgetOldest() }
    while uses.count >= capacity {
      floor = max(floor, WallTime(nanoseconds: Int64(order[oldest].issued) &* 1_000_000))
      forgetOldest()
    }
    if oldest > 1024, oldest > order.count / 2 {
      order.removeFirst(oldest)
      oldest = 0
    }
  }

  private mutating func forgetOldest() {
    uses[order[oldest]] = nil
    oldest += 1
  }

  /// Stale by age alone, so that forgetting it opens nothing.
  private func isExpired(_ nonce: Nonce, at now: WallTime) -> Bool {
    guard let age = nonce.age(at: now) else { return false }
    return age >= lifetimeMilliseconds
  }
}
