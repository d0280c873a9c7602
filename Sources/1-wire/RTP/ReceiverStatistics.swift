import Machines

/// What a receiver knows of the RTP that one party sends it (RFC 3550 §6.4, appendices A.1, A.3
/// and A.8): packets, octets, losses and jitter, over all the sources that the party used.
///
/// Of fixed size: up to four sources are followed at a time (a video source and its
/// retransmissions, say, or an announcement before the callee's own voice), and the one that has
/// been silent longest is folded into the totals when a fifth appears.
public struct ReceiverStatistics: Sendable {
  public static let sourcesFollowed = 4

  /// Packets of all sources, duplicates and suspects included.
  public private(set) var packets: UInt64 = 0
  /// Payload octets, RTP headers excluded; padding is not told apart, as SRTP hides it.
  public private(set) var octets: UInt64 = 0
  /// Appearances of a source: one that was folded and comes back counts again.
  public private(set) var sources: UInt64 = 0

  private var followed = InlineArray<4, Source?>(repeating: nil)
  private var folded = Totals()
  private let dynamicClockRate: Int?

  private struct Source: Sendable {
    var identifier: UInt32
    var sequence: SequenceTracker
    var jitter: JitterEstimator
    var packets: UInt64
    var lastArrival: Instant
  }

  private struct Totals: Sendable {
    var lost: UInt64 = 0
    var duplicates: UInt64 = 0
    var late: UInt64 = 0
  }

  /// - Parameter dynamicClockRate: the clock, in hertz, of payload types without a fixed one
  ///   (RFC 3551 §6); nil has it found from the pace of the timestamps.
  public init(dynamicClockRate: Int? = nil) {
    self.dynamicClockRate = dynamicClockRate
  }

  /// Counts a packet.
  ///
  /// - Parameter payloadOctets: the length of what follows the header.
  @discardableResult
  public mutating func receive(
    _ header: RTPHeader, payloadOctets: Int, at arrival: Instant
  ) -> SequenceOutcome {
    packets &+= 1
    octets &+= UInt64(clamping: payloadOctets)
    for slot in 0..<Self.sourcesFollowed
    where followed[slot]?.identifier == header.synchronizationSource {
      return count(header, slot: slot, at: arrival)
    }
    follow(header, at: arrival)
    return .advanced
  }

  /// Packets that never came, over all sources.
  public var lost: UInt64 { sum(folded.lost) { $0.sequence.lost } }
  public var duplicates: UInt64 { sum(folded.duplicates) { $0.sequence.duplicates } }
  /// Packets that came after a later one.
  public var late: UInt64 { sum(folded.late) { $0.sequence.late } }

  /// The interarrival jitter in nanoseconds, of the followed source that sent the most.
  public var jitterNanoseconds: Int64 {
    var most: UInt64 = 0
    var jitter: Int64 = 0
    for slot in 0..<Self.sourcesFollowed {
      guard let source = followed[slot], source.packets > most else { continue }
      most = source.packets
      jitter = source.jitter.nanoseconds
    }
    return jitter
  }

  /// The interarrival jitter in units of a clock, as a reception report carries it.
  public func jitter(clockRate: Int = 8_000) -> UInt32 {
    UInt32(clamping: jitterNanoseconds * Int64(clamping: clockRate) / 1_000_000_000)
  }

  private mutating func count(
    _ header: RTPHeader, slot: Int, at arrival: Instant
  ) -> SequenceOutcome {
    // Taken out and put back: a payload mutated in place behind an optional costs more.
    guard var source = followed[slot] else { return .suspect }
    let outcome = source.sequence.receive(header.sequenceNumber)
    source.packets &+= 1
    source.lastArrival = arrival
    switch outcome {
    case .advanced:
      source.jitter.receive(header, at: arrival, dynamicClockRate: dynamicClockRate)
    case .restarted:
      source.jitter.restart()
    case .late, .duplicate, .suspect:
      break
    }
    followed[slot] = source
    return outcome
  }

  private mutating func follow(_ header: RTPHeader, at arrival: Instant) {
    let slot = slotForNewSource()
    if let leaving = followed[slot] {
      folded.lost &+= leaving.sequence.lost
      folded.duplicates &+= leaving.sequence.duplicates
      folded.late &+= leaving.sequence.late
    }
    sources &+= 1
    var jitter = JitterEstimator()
    jitter.receive(header, at: arrival, dynamicClockRate: dynamicClockRate)
    followed[slot] = Source(
      identifier: header.synchronizationSource,
      sequence: SequenceTracker(first: header.sequenceNumber), jitter: jitter, packets: 1,
      lastArrival: arrival)
  }

  private func slotForNewSource() -> Int {
    var oldest = 0
    for slot in 0..<Self.sourcesFollowed {
      guard let source = followed[slot] else { return slot }
      if let other = followed[oldest], source.lastArrival < other.lastArrival { oldest = slot }
    }
    return oldest
  }

  private func sum(_ start: UInt64, _ value: (borrowing Source) -> UInt64) -> UInt64 {
    var total = start
    for slot in 0..<Self.sourcesFollowed {
      if let source = followed[slot] { total &+= value(source) }
    }
    return total
  }
}
