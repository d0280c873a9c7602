/// What DNS calls SIP over a transport: RFC 3263 §4.1 and §8, RFC 3261 §19.1.2.
public struct SIPService: Hashable, Sendable {
  /// The service field of a NAPTR record.
  public let naptr: String
  /// What stands before the domain in the name of SRV records.
  public let label: String
  public let defaultPort: UInt16
  /// Whether it may serve a `sips:` URI.
  public let isSecure: Bool
}

extension TransportProtocol {
  public var service: SIPService {
    switch self {
    case .udp:
      SIPService(naptr: "SIP+D2U", label: "_sip._udp", defaultPort: 5060, isSecure: false)
    case .tcp:
      SIPService(naptr: "SIP+D2T", label: "_sip._tcp", defaultPort: 5060, isSecure: false)
    case .tls:
      SIPService(naptr: "SIPS+D2T", label: "_sips._tcp", defaultPort: 5061, isSecure: true)
    }
  }

  /// The transport that `transport=` of a `sips:` URI means: `tcp` is TLS over TCP there
  /// (RFC 3261 §26.2.2).
  static func named(_ name: String, isSecure: Bool) -> TransportProtocol? {
    TransportProtocol(rawValue: isSecure && name == "tcp" ? "tls" : name)
  }
}
