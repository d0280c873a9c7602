/// Which protocol a UDP payload on a media port belongs to, by its first two octets.
///
/// The first octet follows RFC 7983 §7, and RTP and RTCP are told apart as RFC 5761 §4 does it:
/// an RTCP packet type stands where RTP has its marker bit and payload type, and the types 192 to
/// 223 take those of payload types 64 to 95 with the marker set, which such sessions must not use.
public enum MediaPacketKind: Equatable, Sendable {
  case stun, zrtp, dtls, turnChannel, rtp, rtcp
  /// No protocol that is known to share a media port: keep-alives of RFC 6263 and noise.
  case unknown

  public init(_ bytes: RawSpan) {
    guard let first = bytes.octet(at: 0) else {
      self = .unknown
      return
    }
    switch first {
    case 0...3: self = .stun
    case 16...19: self = .zrtp
    case 20...63: self = .dtls
    case 64...79: self = .turnChannel
    case 128...191:
      guard let second = bytes.octet(at: 1) else {
        self = .unknown
        return
      }
      self = (192...223).contains(second) ? .rtcp : .rtp
    default: self = .unknown
    }
  }
}
