import Addressing
import Machines
import MediaControl
import RTP

/// One side of a stream on its media thread: sockets, the party that they face, and what it sent.
/// Plain memory without references, so that a packet costs no reference counting.
struct Leg: Sendable {
  let rtpSocket: Int32
  let rtcpSocket: Int32
  /// Index of the leg that this one's packets leave by: its own for an echo, nil when alone.
  var peer: Int?

  var rtp = SourceLatch()
  var rtcp = SourceLatch()
  /// Where packets for the party go; kept beside the latch in the kernel's form.
  private(set) var rtpDestination: SocketAddress?
  private(set) var rtcpDestination: SocketAddress?

  private(set) var sends = true
  private(set) var receives = true
  private(set) var takesControl = true
  private(set) var isRTP = true

  /// A programme is played to the party: what it says itself is counted and goes nowhere.
  var hearsProgramme = false

  var tally: LegTally
  /// Whether the kernel reports hop limits on the two sockets.
  var hopLimitReported = false

  init(_ pair: BoundPair, tally: LegTally) {
    rtpSocket = pair.rtp
    rtcpSocket = pair.rtcp
    self.tally = tally
  }

  /// Takes what signalling says of the party.
  mutating func signal(
    _ remote: RemoteMedia?, from source: IPAddress?, _ families: AddressFamilies
  ) {
    if let remote {
      sends = remote.sends
      receives = remote.receives
      isRTP = remote.isRTP
      // RTCP flows whatever the direction of the stream (RFC 3264 §5.1), but not to a party that
      // holds by an unspecified address (§8.4).
      takesControl = remote.rtcp != nil || remote.receives
    }
    rtp.signal(remote?.rtp, from: source, described: remote != nil)
    rtcp.signal(remote?.rtcp, from: source, described: remote != nil)
    refreshDestinations(families)
  }

  mutating func refreshDestinations(_ families: AddressFamilies) {
    rtpDestination = rtp.destination.flatMap { $0.isParty ? families.socketAddress(of: $0) : nil }
    rtcpDestination = rtcp.destination.flatMap { $0.isParty ? families.socketAddress(of: $0) : nil }
  }
}

extension IPEndpoint {
  /// A single party, which can be sent to.
  fileprivate var isParty: Bool {
    port != 0 && !address.isUnspecified && !address.isMulticast
  }
}

/// What one side of a stream has sent, over all legs that stood there.
struct LegTally: Sendable {
  var reception = ReceiverStatistics()
  /// Packets and octets of streams that are not RTP.
  var datagrams: UInt64 = 0
  var datagramOctets: UInt64 = 0
  var forwarded: UInt64 = 0
  var strays: UInt64 = 0
  var lastPacket: Instant?
  /// RTCP counted in: a party that is silent but reports is alive.
  var lastLife: Instant?

  var statistics: DirectionStatistics {
    var statistics = DirectionStatistics()
    statistics.packetsReceived = reception.packets &+ datagrams
    statistics.packetsForwarded = forwarded
    statistics.octets = reception.octets &+ datagramOctets
    statistics.lost = reception.lost
    statistics.duplicates = reception.duplicates
    statistics.jitter = .nanoseconds(reception.jitterNanoseconds)
    statistics.sources = reception.sources
    statistics.lastPacket = lastPacket
    statistics.strayPackets = strays
    return statistics
  }
}
