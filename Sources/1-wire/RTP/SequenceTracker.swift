/// What one sequence number tells about a source (RFC 3550 appendix A.1).
public enum SequenceOutcome: Equatable, Sendable {
  /// Ahead of all before, with a permissible gap.
  case advanced
  /// Behind the highest, and not seen before.
  case late
  /// Seen before.
  case duplicate
  /// So far off that it is either an error or the first packet of a restarted source.
  case suspect
  /// The second packet in a row of a restarted source: counting began anew.
  case restarted
}

/// Follows the sequence numbers of one synchronization source (RFC 3550 appendices A.1, A.3).
///
/// The probation of new sources is left out: here the relay decides which packets belong to a
/// party before it counts them. Beyond the RFC's routine, a window of the last 128 numbers tells
/// duplicates from late packets, so that duplicates do not hide losses, and a late packet from
/// before the first one lowers the base instead of being counted as a negative loss.
public struct SequenceTracker: Equatable, Sendable {
  /// RFC 3550 appendix A.1: how far ahead a number may jump, a minute at 50 packets a second.
  public static let maximumDropout: UInt16 = 3000
  /// RFC 3550 appendix A.1: how far behind a number may fall, two seconds at 50 a second.
  public static let maximumMisorder: UInt16 = 100

  /// Packets since the last restart, duplicates included.
  public private(set) var received: UInt64 = 0
  public private(set) var duplicates: UInt64 = 0
  public private(set) var late: UInt64 = 0
  /// Restarts of the source without a change of its identifier.
  public private(set) var restarts: UInt64 = 0
  private var lostBeforeRestart: UInt64 = 0

  private var base: Int64
  private var highest: Int64
  /// The number that would confirm a restart; above 16 bits when there is none.
  private var restartNumber: UInt32 = .max
  /// Bit n is set when `highest - n` has been received.
  private var window: UInt128

  /// Begins with the first packet of a source.
  public init(first sequenceNumber: UInt16) {
    base = Int64(sequenceNumber)
    highest = base
    received = 1
    window = 1
  }

  /// The highest number with the count of wraparounds above it (RFC 3550 §6.4.1).
  public var extendedHighest: UInt32 { UInt32(truncatingIfNeeded: highest) }

  /// Packets that never came, restarts included; duplicates do not make up for them.
  public var lost: UInt64 {
    lostBeforeRestart &+ lostSinceRestart
  }

  private var lostSinceRestart: UInt64 {
    let expected = highest - base + 1
    let unique = Int64(clamping: received &- duplicates)
    return UInt64(clamping: expected - unique)
  }

  public mutating func receive(_ sequenceNumber: UInt16) -> SequenceOutcome {
    let ahead = sequenceNumber &- UInt16(truncatingIfNeeded: highest)
    if ahead == 0 {
      return countDuplicate()
    } else if ahead < Self.maximumDropout {
      return advance(by: ahead)
    } else if ahead <= 0 &- Self.maximumMisorder {
      return jump(to: sequenceNumber)
    } else {
      return fallBack(by: 0 &- ahead)
    }
  }

  private mutating func advance(by distance: UInt16) -> SequenceOutcome {
    highest += Int64(distance)
    window = distance < 128 ? window << UInt128(distance) | 1 : 1
    received &+= 1
    return .advanced
  }

  private mutating func fallBack(by distance: UInt16) -> SequenceOutcome {
    let bit = UInt128(1) << UInt128(distance)
    guard window & bit == 0 else { return countDuplicate() }
    window |= bit
    received &+= 1
    late &+= 1
    base = min(base, highest - Int64(distance))
    return .late
  }

  private mutating func countDuplicate() -> SequenceOutcome {
    received &+= 1
    duplicates &+= 1
    return .duplicate
  }

  private mutating func jump(to sequenceNumber: UInt16) -> SequenceOutcome {
    guard UInt32(sequenceNumber) == restartNumber else {
      restartNumber = UInt32(sequenceNumber &+ 1)
      return .suspect
    }
    lostBeforeRestart = lost
    base = Int64(sequenceNumber)
    highest = base
    restartNumber = .max
    received = 1
    duplicates = 0
    window = 1
    restarts &+= 1
    return .restarted
  }
}
