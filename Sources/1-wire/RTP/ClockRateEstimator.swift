import Machines

/// Finds the clock of a dynamic payload type from the pace of its timestamps.
///
/// Whoever relays media without reading its description has no other way to know that clock, and
/// a jitter computed by the wrong one is meaningless. The clocks in use lie far enough apart that
/// half a second of packets tells them even on a bad path.
struct ClockRateEstimator: Equatable, Sendable {
  static let shortestObservation = Int64(500_000_000)

  private var firstTimestamp: UInt32
  private var firstArrival: Instant

  init(timestamp: UInt32, arrival: Instant) {
    firstTimestamp = timestamp
    firstArrival = arrival
  }

  /// The clock in hertz, once it can be told: within an eighth of a clock in use.
  func rate(timestamp: UInt32, arrival: Instant) -> Int? {
    let elapsed = arrival.nanoseconds &- firstArrival.nanoseconds
    let ticks = Int64(Int32(bitPattern: timestamp &- firstTimestamp))
    guard elapsed >= Self.shortestObservation, ticks > 0 else { return nil }
    let pace = Double(ticks) * 1e9 / Double(elapsed)
    switch pace {
    case 7_000..<9_000: return 8_000
    case 14_000..<18_000: return 16_000
    case 21_000..<27_000: return 24_000
    case 28_000..<36_000: return 32_000
    case 42_000..<46_000: return 44_100
    case 46_000..<54_000: return 48_000
    case 79_000..<101_000: return 90_000
    default: return nil
    }
  }
}
