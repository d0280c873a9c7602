import Glibc
import Machines

/// The node's steady timeline, read from the kernel's monotonic clock.
package struct MediaClock: Sendable {
  private let offset: Int64

  /// - Parameter now: a reading of the node's steady clock, taken just now. All later readings
  ///   here go on from it.
  package init(steadyNow now: Instant) {
    offset = now.nanoseconds &- Self.monotonicNanoseconds
  }

  var now: Instant { Instant(nanoseconds: Self.monotonicNanoseconds &+ offset) }

  private static var monotonicNanoseconds: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
  }
}
