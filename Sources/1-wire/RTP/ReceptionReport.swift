/// A reception report block of an SR or RR packet (RFC 3550 §6.4.1).
public struct ReceptionReport: Equatable, Sendable {
  /// The source that the report is about.
  public var synchronizationSource: UInt32
  /// Lost since the previous report, in 1/256.
  public var fractionLost: UInt8
  /// Lost since the beginning, negative when duplicates outnumber losses: 24 bits, signed.
  public var cumulativeLost: Int32
  public var extendedHighestSequenceNumber: UInt32
  /// In units of the media clock.
  public var jitter: UInt32
  /// The middle 32 bits of the last SR's NTP timestamp, 0 when there was none.
  public var lastSenderReport: UInt32
  /// Since that SR was received, in 1/65536 s.
  public var delaySinceLastSenderReport: UInt32

  /// Block `index` of a packet; nil when the packet carries no such block.
  public init?(_ index: Int, of packet: RTCPPacket, in bytes: RawSpan) {
    let preamble: Int
    switch packet.type {
    case .senderReport: preamble = 24
    case .receiverReport: preamble = 4
    default: return nil
    }
    guard index >= 0, index < packet.count,
      preamble + 24 * (index + 1) <= packet.body.count
    else { return nil }
    let start = packet.body.lowerBound + preamble + 24 * index
    guard let source = bytes.word32(at: start), let loss = bytes.word32(at: start + 4),
      let highest = bytes.word32(at: start + 8), let jitter = bytes.word32(at: start + 12),
      let last = bytes.word32(at: start + 16), let delay = bytes.word32(at: start + 20)
    else { return nil }
    synchronizationSource = source
    fractionLost = UInt8(loss >> 24)
    cumulativeLost = Int32(bitPattern: loss << 8) >> 8
    extendedHighestSequenceNumber = highest
    self.jitter = jitter
    lastSenderReport = last
    delaySinceLastSenderReport = delay
  }
}
