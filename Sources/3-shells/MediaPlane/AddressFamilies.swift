import Addressing

/// Whom the sockets of a relay reach.
enum AddressFamilies: Sendable {
  case v4, v6
  /// Sockets of IPv6, to which IPv4 parties have mapped addresses.
  case both

  init(_ configuration: MediaConfiguration) {
    self = configuration.isDual ? .both : configuration.bindAddress.isIPv6 ? .v6 : .v4
  }

  /// An endpoint as the sockets take it; nil for one that they do not reach.
  func socketAddress(of endpoint: IPEndpoint) -> SocketAddress? {
    switch self {
    case .v4: endpoint.address.isIPv6 ? nil : SocketAddress(endpoint)
    case .v6: endpoint.address.isIPv6 ? SocketAddress(endpoint) : nil
    case .both: SocketAddress(mapping: endpoint)
    }
  }
}
