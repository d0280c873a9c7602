import Addressing

/// A host that SIP is to be sent to, and what is known of the way: the TARGET of RFC 3263 §4.
public struct ServerQuery: Hashable, Sendable {
  /// A name in lower case, or an address.
  public let host: String
  public let port: UInt16?
  /// Nil: to be found out.
  public let transport: TransportProtocol?
  /// Only a secure transport will do.
  public let isSecure: Bool

  public init(
    host: String, port: UInt16? = nil, transport: TransportProtocol? = nil, isSecure: Bool = false
  ) {
    self.host = host.lowercased()
    self.port = port
    self.transport = transport
    self.isSecure = isSecure
  }

  /// Where requests to a URI go (§4): to its `maddr` if it has one, else to its host.
  ///
  /// - Returns: nil for a transport that is not spoken here.
  public init?(_ uri: SIPURI) {
    var transport: TransportProtocol?
    if let name = uri.transport {
      transport = .named(name, isSecure: uri.isSecure)
      guard let transport, transport.service.isSecure || !uri.isSecure else { return nil }
    }
    let target = uri.parameters.value("maddr") ?? uri.host
    self.init(
      host: target.isEmpty ? uri.host : target, port: uri.port, transport: transport,
      isSecure: uri.isSecure)
  }

  /// Where a response goes when the way that its request came is gone (§5): to the `sent-by` of
  /// the top Via, over its transport.
  public init?(respondingTo via: Via) {
    guard let transport = TransportProtocol(rawValue: via.transport.lowercased()) else {
      return nil
    }
    self.init(
      host: via.host, port: via.port, transport: transport, isSecure: transport.service.isSecure)
  }

  /// The host, if it is an address.
  public var address: IPAddress? { IPAddress(host: host) }

  /// The host as certificates have it; nil if it is an address.
  public var serverName: String? {
    guard isResolvable else { return nil }
    return host.hasSuffix(".") ? String(host.dropLast()) : host
  }

  /// Whether the host may stand in a question to DNS: labels of letters, digits, hyphens and
  /// underscores, 63 octets at most, 253 together (RFC 1035 §2.3.4). `.invalid` never resolves
  /// (RFC 2606 §2), and browsers put it into their contacts (RFC 7118 §5).
  public var isResolvable: Bool { address == nil && isDNSName(host) && !host.isInvalidName }
}

/// Whether a text may be asked for.
func isDNSName(_ text: String) -> Bool {
  let name = text.hasSuffix(".") ? text.dropLast() : text[...]
  guard !name.isEmpty, name.utf8.count <= 253 else { return false }
  return name.utf8.split(separator: .dot, omittingEmptySubsequences: false).allSatisfy { label in
    (1...63).contains(label.count)
      && label.allSatisfy { $0.isAlphanumeric || $0 == 0x2D || $0 == 0x5F }
  }
}

extension String {
  fileprivate var isInvalidName: Bool {
    self == "invalid" || hasSuffix(".invalid") || hasSuffix(".invalid.")
  }
}
