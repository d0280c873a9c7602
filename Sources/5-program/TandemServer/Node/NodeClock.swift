import Glibc
import Machines

/// The node's two clocks, read together.
///
/// The steady one is anchored at the wall clock when the process starts and then follows
/// CLOCK_MONOTONIC, so that deadlines recorded by one process mean the same to the next, while
/// no step of the wall clock disturbs a running one.
struct NodeClock: Sendable {
  private let anchor: Int64

  /// - Parameter floor: the last moment of the process before, as it is on record. Should the
  ///   wall clock be behind it, the steady one goes on from there all the same.
  init(notBefore floor: Instant? = nil) {
    let start = max(read(CLOCK_REALTIME), floor?.nanoseconds ?? .min)
    anchor = start - read(CLOCK_MONOTONIC)
  }

  var now: Now {
    Now(
      steady: Instant(nanoseconds: anchor + read(CLOCK_MONOTONIC)),
      wall: WallTime(nanoseconds: read(CLOCK_REALTIME)))
  }
}

private func read(_ clock: clockid_t) -> Int64 {
  var time = timespec()
  clock_gettime(clock, &time)
  return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}
