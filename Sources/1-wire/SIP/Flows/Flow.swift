import Addressing

/// The transports that carry SIP here (RFC 3261 §18, §20.42).
public enum TransportProtocol: String, Hashable, Sendable {
  case udp, tcp, tls

  /// A reliable transport needs no retransmission (RFC 3261 §17).
  public var isReliable: Bool { self != .udp }

  /// As the Via writes it: `SIP/2.0/UDP`.
  public var viaName: String {
    switch self {
    case .udp: "UDP"
    case .tcp: "TCP"
    case .tls: "TLS"
    }
  }

  /// Where a peer listens that says no port (RFC 3261 §19.1.2).
  public var defaultPort: UInt16 { self == .tls ? 5061 : 5060 }
}

/// One of the node's listening addresses, by its place in the configuration.
public struct ListenerID: Hashable, Sendable {
  public var index: UInt8

  public init(_ index: UInt8) {
    self.index = index
  }
}

/// A connection of a stream transport, by a number that this process gives once.
public struct ConnectionID: Hashable, Sendable {
  public var number: UInt64

  public init(_ number: UInt64) {
    self.number = number
  }
}

/// A way to a peer: where a message came from, and where one can be sent to.
///
/// Over UDP it is our listener's socket and the peer's address. On a stream it is a connection while
/// that lives; without one, a new connection to `remote` is opened (RFC 3261 §18.1.1).
public struct Flow: Hashable, Sendable {
  public var transport: TransportProtocol
  public var listener: ListenerID
  public var remote: IPEndpoint
  public var connection: ConnectionID?

  public init(
    transport: TransportProtocol, listener: ListenerID, remote: IPEndpoint,
    connection: ConnectionID? = nil
  ) {
    self.transport = transport
    self.listener = listener
    self.remote = remote
    self.connection = connection
  }
}
