import Synchronization

/// Why a packet was not forwarded.
package enum DropReason: Int, CaseIterable, Sendable {
  /// No RTP header could be read, or no source address.
  case malformed
  /// Longer than a packet buffer.
  case oversized
  /// A protocol that has no place on this port: STUN, keep-alives, RTP on the RTCP port.
  case unexpected
  /// From a source that is not, or not yet, known to be the party.
  case stray
  /// The other party is on hold.
  case held
  /// Nobody knows yet where the other party is, or its address is of the other IP family.
  case unaddressed
  /// Went round between relay ports until its hops were used up.
  case looped
  /// The kernel did not take it.
  case unsent
}

/// What the relay has done since it started, and how its ports stand.
package struct MediaCounters: Equatable, Sendable {
  package var packetsReceived: UInt64 = 0
  package var packetsForwarded: UInt64 = 0
  /// UDP payload.
  package var octetsReceived: UInt64 = 0
  package var drops: [DropReason: UInt64] = [:]
  /// Streams that are relayed or echoed now.
  package var streams = 0
  /// Commands that named ports which were not reserved, or belong to another stream.
  package var refusedCommands = 0
  /// Pairs of ports handed out and not yet released.
  package var portsInUse = 0
  /// Pairs bound ahead.
  package var portsReady = 0
  package var portsQuarantined = 0
  /// Pairs not bound now: free, or taken by other programs.
  package var portsUnbound = 0

  package init() {}
}

/// A media thread's own counting, of plain numbers.
struct PacketTally: Sendable {
  var packetsReceived: UInt64 = 0
  var packetsForwarded: UInt64 = 0
  var octetsReceived: UInt64 = 0
  var drops = InlineArray<8, UInt64>(repeating: 0)

  mutating func drop(_ reason: DropReason) {
    drops[reason.rawValue] &+= 1
  }
}

/// Where a media thread publishes its tally, once a turn, for whoever reads metrics. There is one
/// writer, so plain stores are enough; a reader may see one number of a turn before the other.
final class PublishedTally: Sendable {
  private let packetsReceived = Atomic<UInt64>(0)
  private let packetsForwarded = Atomic<UInt64>(0)
  private let octetsReceived = Atomic<UInt64>(0)
  private let drops = InlineArray<8, Atomic<UInt64>> { _ in Atomic<UInt64>(0) }
  let streams = Atomic<Int>(0)

  func publish(_ tally: borrowing PacketTally) {
    packetsReceived.store(tally.packetsReceived, ordering: .relaxed)
    packetsForwarded.store(tally.packetsForwarded, ordering: .relaxed)
    octetsReceived.store(tally.octetsReceived, ordering: .relaxed)
    for reason in 0..<8 {
      drops[reason].store(tally.drops[reason], ordering: .relaxed)
    }
  }

  func add(to counters: inout MediaCounters) {
    counters.packetsReceived &+= packetsReceived.load(ordering: .relaxed)
    counters.packetsForwarded &+= packetsForwarded.load(ordering: .relaxed)
    counters.octetsReceived &+= octetsReceived.load(ordering: .relaxed)
    counters.streams += streams.load(ordering: .relaxed)
    for reason in DropReason.allCases {
      let count = drops[reason.rawValue].load(ordering: .relaxed)
      counters.drops[reason, default: 0] &+= count
    }
  }
}
