/// One packet inside a compound, as offsets into it (RFC 3550 §6.4.1).
///
///      0                   1                   2                   3
///     |V=2|P|  count  |      PT       |            length             |
public struct RTCPPacket: Equatable, Sendable {
  public var type: RTCPPacketType
  /// Reception reports, sources or a subtype, by type: 0 to 31.
  public var count: Int
  /// What follows the four octets of the header, padding excluded, in octets of the compound.
  public var body: Range<Int>
}

/// The type of an RTCP packet (RFC 3550 §12.1, RFC 4585 §6.1, RFC 3611 §2).
public struct RTCPPacketType: RawRepresentable, Hashable, Sendable {
  public var rawValue: UInt8

  public init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  public static let senderReport = RTCPPacketType(rawValue: 200)
  public static let receiverReport = RTCPPacketType(rawValue: 201)
  public static let sourceDescription = RTCPPacketType(rawValue: 202)
  public static let goodbye = RTCPPacketType(rawValue: 203)
  public static let application = RTCPPacketType(rawValue: 204)
  public static let transportFeedback = RTCPPacketType(rawValue: 205)
  public static let payloadFeedback = RTCPPacketType(rawValue: 206)
  public static let extendedReport = RTCPPacketType(rawValue: 207)
}

/// Why octets are not an RTCP compound. The peer is to blame, and the packet alone is dropped.
public enum RTCPFault: Error, Equatable, Sendable {
  /// A header or a body ends outside the datagram.
  case truncated
  /// The version is not 2.
  case version
  /// Padding on a packet that is not the last, or a padding count that does not fit
  /// (RFC 3550 §6.4.1).
  case padding
}
