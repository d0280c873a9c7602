/// The header of an RTP data packet (RFC 3550 §5.1).
///
///      0                   1                   2                   3
///     |V=2|P|X|  CC   |M|     PT      |       sequence number         |
///     |                           timestamp                           |
///     |           synchronization source (SSRC) identifier            |
///     |            contributing source (CSRC) identifiers             |
///     |      defined by profile       |           length              |   when X is set (§5.3.1)
///
/// Reading takes constant time and allocates nothing. Only what is sent in the clear under SRTP
/// (RFC 3711 §3.1) is read, so the same reader serves encrypted packets.
public struct RTPHeader: Equatable, Sendable {
  public var marker: Bool
  /// 0 to 127.
  public var payloadType: UInt8
  public var sequenceNumber: UInt16
  /// In units of the payload type's clock.
  public var timestamp: UInt32
  public var synchronizationSource: UInt32
  /// How many contributing sources a mixer listed, 0 to 15.
  public var contributingSourceCount: Int
  /// The profile-defined 16 bits of the header extension, nil without one (RFC 3550 §5.3.1).
  public var extensionProfile: UInt16?
  /// Whether the payload ends in padding: see `paddingLength(in:)`.
  public var hasPadding: Bool
  /// Where the payload starts, in octets from the start of the packet.
  public var payloadOffset: Int

  /// Reads the header of a whole packet; `bytes` is one UDP payload.
  public init(_ bytes: RawSpan) throws(RTPFault) {
    guard let first = bytes.octet(at: 0), let second = bytes.octet(at: 1),
      let sequenceNumber = bytes.word16(at: 2), let timestamp = bytes.word32(at: 4),
      let synchronizationSource = bytes.word32(at: 8)
    else { throw .truncated }
    guard first >> 6 == Layout.version else { throw .version }
    contributingSourceCount = Int(first & Layout.sourceCountMask)
    hasPadding = first & Layout.paddingBit != 0
    marker = second & Layout.markerBit != 0
    payloadType = second & ~Layout.markerBit
    self.sequenceNumber = sequenceNumber
    self.timestamp = timestamp
    self.synchronizationSource = synchronizationSource
    payloadOffset = Layout.fixedLength + 4 * contributingSourceCount
    if first & Layout.extensionBit != 0 {
      guard let profile = bytes.word16(at: payloadOffset),
        let words = bytes.word16(at: payloadOffset + 2)
      else { throw .extensionOutside }
      extensionProfile = profile
      payloadOffset += 4 + 4 * Int(words)
      guard payloadOffset <= bytes.byteCount else { throw .extensionOutside }
    }
    guard payloadOffset <= bytes.byteCount else { throw .truncated }
  }

  /// How many octets at the end of a packet are padding, its count octet included; 0 without any.
  ///
  /// Meaningless under SRTP, where the packet ends in an authentication tag: decrypt first.
  public func paddingLength(in bytes: RawSpan) throws(RTPFault) -> Int {
    guard hasPadding else { return 0 }
    guard let count = bytes.octet(at: bytes.byteCount - 1), count > 0,
      Int(count) <= bytes.byteCount - payloadOffset
    else { throw .padding }
    return Int(count)
  }

  /// The identifier of a contributing source, nil beyond the count (RFC 3550 §5.1).
  public func contributingSource(_ index: Int, in bytes: RawSpan) -> UInt32? {
    guard index >= 0, index < contributingSourceCount else { return nil }
    return bytes.word32(at: Layout.fixedLength + 4 * index)
  }

  private enum Layout {
    static let version: UInt8 = 2
    static let paddingBit: UInt8 = 0x20
    static let extensionBit: UInt8 = 0x10
    static let sourceCountMask: UInt8 = 0x0F
    static let markerBit: UInt8 = 0x80
    static let fixedLength = 12
  }
}

/// Why octets are not an RTP packet. The peer is to blame, and the packet alone is dropped.
public enum RTPFault: Error, Equatable, Sendable {
  /// Shorter than the fixed header and the contributing sources that it announces.
  case truncated
  /// The version is not 2.
  case version
  /// The header extension reaches beyond the packet.
  case extensionOutside
  /// The padding count is zero or reaches beyond the payload (RFC 3550 appendix A.1).
  case padding
}
