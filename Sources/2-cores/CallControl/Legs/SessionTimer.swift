import Machines

/// What the node wants of session timers (RFC 4028), in seconds.
package struct SessionTimerPolicy: Equatable, Sendable {
  /// The interval that we ask for.
  package let expires: UInt32
  /// The shortest that we take; RFC 4028 §5 wants 90 at least.
  package let minimum: UInt32

  package init(expires: UInt32, minimum: UInt32) {
    self.minimum = max(1, min(minimum, Self.longest))
    self.expires = max(self.minimum, min(expires, Self.longest))
  }

  /// A week: nobody's interval is longer to us.
  static let longest: UInt32 = 7 * 86_400
}

/// What a request that sets up or refreshes a session was promised for its 2xx.
package struct SessionTiming: Equatable, Sendable {
  /// In seconds.
  let interval: UInt32
  /// We refresh; else the party does.
  let isOurs: Bool
  /// The party has said that it knows session timers.
  let isKnown: Bool
}

/// A session's timer on one leg, as the last 2xx set it (RFC 4028 §7.2, §9).
package struct SessionTimer: Equatable, Sendable {
  /// In seconds.
  let interval: UInt32
  let isOurs: Bool
  /// When the session is over that nobody has refreshed.
  let end: Instant
  /// When to act next: to refresh, or at the end.
  let next: Instant

  /// Ours is refreshed at half its time; for another's we do not wait until the very end, since
  /// the way for our BYE may close with the session (§10).
  init(interval: UInt32, isOurs: Bool, from now: Instant) {
    self.interval = interval
    self.isOurs = isOurs
    let whole = Duration.seconds(Int64(interval))
    end = now + (isOurs ? whole : whole - min(.seconds(32), whole / 3))
    next = isOurs ? now + whole / 2 : end
  }

  init(interval: UInt32, isOurs: Bool, end: Instant, next: Instant) {
    self.interval = interval
    self.isOurs = isOurs
    self.end = end
    self.next = next
  }

  func acting(at time: Instant) -> SessionTimer {
    SessionTimer(interval: interval, isOurs: isOurs, end: end, next: min(time, end))
  }
}
