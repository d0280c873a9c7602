/// The sender information of an SR packet (RFC 3550 §6.4.1).
public struct SenderReport: Equatable, Sendable {
  public var synchronizationSource: UInt32
  /// Seconds since 1900 in the upper half, fraction of a second in the lower (RFC 3550 §4).
  public var ntpTimestamp: UInt64
  /// The same moment in units of the media clock.
  public var rtpTimestamp: UInt32
  public var packetCount: UInt32
  /// Payload octets sent, headers and padding excluded.
  public var octetCount: UInt32

  /// Nil when the packet is no SR or is too short for one.
  public init?(_ packet: RTCPPacket, in bytes: RawSpan) {
    let start = packet.body.lowerBound
    guard packet.type == .senderReport, packet.body.count >= 24,
      let source = bytes.word32(at: start), let seconds = bytes.word32(at: start + 4),
      let fraction = bytes.word32(at: start + 8), let timestamp = bytes.word32(at: start + 12),
      let packets = bytes.word32(at: start + 16), let octets = bytes.word32(at: start + 20)
    else { return nil }
    synchronizationSource = source
    ntpTimestamp = UInt64(seconds) << 32 | UInt64(fraction)
    rtpTimestamp = timestamp
    packetCount = packets
    octetCount = octets
  }
}
