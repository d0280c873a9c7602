import Machines

/// What one party sent on a stream.
package struct DirectionStatistics: Equatable, Sendable {
  /// Packets taken from the party: RTP, or all packets of a stream that is not RTP. RTCP, strays
  /// and malformed packets are not among them.
  package var packetsReceived: UInt64 = 0
  /// Those of them that were sent on to the other party.
  package var packetsForwarded: UInt64 = 0
  /// Octets received, RTP headers excluded.
  package var octets: UInt64 = 0
  /// Packets that never came, by their sequence numbers (RFC 3550 appendix A.3); duplicates do
  /// not make up for them.
  package var lost: UInt64 = 0
  package var duplicates: UInt64 = 0
  /// Interarrival jitter at the end of the stream (RFC 3550 §6.4.1).
  package var jitter: Duration = .zero
  /// Synchronization sources that the party used.
  package var sources: UInt64 = 0
  package var lastPacket: Instant?
  /// Packets from sources that are not the party's, or were not yet known to be; dropped.
  package var strayPackets: UInt64 = 0

  package init() {}
}

/// What passed through a stream, both ways. When the callee's side was replaced (a forked call),
/// `fromCallee` covers all that stood there.
package struct StreamReport: Equatable, Sendable {
  package var fromCaller = DirectionStatistics()
  package var fromCallee = DirectionStatistics()

  package init() {}
}

/// What the relay tells about a stream, on one of its threads.
package enum MediaNotice: Equatable, Sendable {
  /// The answer to `MediaRelay.close`: the stream has ended, its ports are no longer read.
  case report(StreamID, StreamReport)
  /// What passed so far, after each `MediaConfiguration.progressInterval` in which something did.
  case progress(StreamID, StreamReport)
  /// No party that should send has sent for the configured time. Said once; again only after
  /// media has come and ceased again.
  case inactive(StreamID)
  /// Media came again after `inactive`.
  case active(StreamID)
}
