/// A point on the node's steady timeline, which never goes back and never jumps.
///
/// A shell anchors the timeline at the wall clock when it starts and advances it by a
/// monotonic clock, so that a deadline recorded by one process still means the same moment to
/// the process that comes after it.
public struct Instant: Comparable, Hashable, Sendable {
  /// Nanoseconds since the Unix epoch, as anchored at the start of the process.
  public var nanoseconds: Int64

  public init(nanoseconds: Int64) {
    self.nanoseconds = nanoseconds
  }

  public static func < (left: Instant, right: Instant) -> Bool {
    left.nanoseconds < right.nanoseconds
  }

  public static func + (instant: Instant, duration: Duration) -> Instant {
    Instant(nanoseconds: instant.nanoseconds &+ duration.wholeNanoseconds)
  }

  public static func - (left: Instant, right: Instant) -> Duration {
    .nanoseconds(left.nanoseconds &- right.nanoseconds)
  }
}

/// A reading of the wall clock: for records that people read, never for timers.
public struct WallTime: Comparable, Hashable, Sendable {
  /// Nanoseconds since the Unix epoch, UTC.
  public var nanoseconds: Int64

  public init(nanoseconds: Int64) {
    self.nanoseconds = nanoseconds
  }

  public static func < (left: WallTime, right: WallTime) -> Bool {
    left.nanoseconds < right.nanoseconds
  }

  public static func + (time: WallTime, duration: Duration) -> WallTime {
    WallTime(nanoseconds: time.nanoseconds &+ duration.wholeNanoseconds)
  }

  public static func - (left: WallTime, right: WallTime) -> Duration {
    .nanoseconds(left.nanoseconds &- right.nanoseconds)
  }
}

/// The time as a core is told it: both clocks, read together by the shell.
public struct Now: Hashable, Sendable {
  public var steady: Instant
  public var wall: WallTime

  public init(steady: Instant, wall: WallTime) {
    self.steady = steady
    self.wall = wall
  }
}

extension Duration {
  /// The duration in nanoseconds, cut to what 64 bits hold (292 years).
  public var wholeNanoseconds: Int64 {
    let (seconds, attoseconds) = components
    let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    if overflow { return seconds < 0 ? .min : .max }
    return product &+ attoseconds / 1_000_000_000
  }
}
