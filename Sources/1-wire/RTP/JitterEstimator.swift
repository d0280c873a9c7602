import Machines

/// The interarrival jitter of one source (RFC 3550 §6.4.1 and appendix A.8).
///
/// Kept in nanoseconds instead of clock units, so that a change of codec, and with it of the
/// clock, changes nothing. Two deliberate deviations: packets that share a timestamp (fragments of
/// a video frame, repetitions of a telephone event, RFC 4733 §2.5.1) measure nothing but the
/// sender's pacing and are passed over, and a timestamp that jumps by more than a second against
/// the clock is a new start of the sender's and no property of the path.
public struct JitterEstimator: Equatable, Sendable {
  /// The estimate, scaled by 16 as appendix A.8 does for its integer form, in nanoseconds.
  private var scaled: Int64 = 0
  private var payloadType: UInt8 = 0
  /// In hertz; nil while it is unknown.
  private var clockRate: Int?
  private var reference: Reference?
  private var estimator: ClockRateEstimator?

  private struct Reference: Equatable, Sendable {
    var timestamp: UInt32
    var arrival: Instant
  }

  private static let largestDeviation = Int64(1_000_000_000)

  public init() {}

  /// The estimate in nanoseconds.
  public var nanoseconds: Int64 { scaled >> 4 }

  /// Takes one packet that arrived in order.
  ///
  /// - Parameter dynamicClockRate: the clock, in hertz, of payload types without a fixed one; nil
  ///   has it found from the pace of the timestamps.
  public mutating func receive(_ header: RTPHeader, at arrival: Instant, dynamicClockRate: Int?) {
    if reference == nil || payloadType != header.payloadType {
      begin(header, at: arrival, dynamicClockRate: dynamicClockRate)
      return
    }
    guard let previous = reference, previous.timestamp != header.timestamp else { return }
    guard let clockRate else {
      self.clockRate = estimator?.rate(timestamp: header.timestamp, arrival: arrival)
      reference = Reference(timestamp: header.timestamp, arrival: arrival)
      return
    }
    let ticks = Int64(Int32(bitPattern: header.timestamp &- previous.timestamp))
    let mediaTime = ticks * 1_000_000_000 / Int64(clockRate)
    let elapsed = arrival.nanoseconds &- previous.arrival.nanoseconds
    let deviation = Int64(clamping: (elapsed &- mediaTime).magnitude)
    reference = Reference(timestamp: header.timestamp, arrival: arrival)
    guard deviation <= Self.largestDeviation else { return }
    scaled += deviation - (scaled + 8) >> 4
  }

  /// Forgets the previous packet, not the estimate: after a restart there is nothing to compare.
  public mutating func restart() {
    reference = nil
  }

  private mutating func begin(_ header: RTPHeader, at arrival: Instant, dynamicClockRate: Int?) {
    payloadType = header.payloadType
    let given = dynamicClockRate.flatMap { $0 > 0 ? $0 : nil }
    clockRate = StaticPayloadType.clockRate(header.payloadType) ?? given
    reference = Reference(timestamp: header.timestamp, arrival: arrival)
    estimator = ClockRateEstimator(timestamp: header.timestamp, arrival: arrival)
  }
}
