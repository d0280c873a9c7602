import Addressing

/// A place where a SIP server is, as DNS tells it.
public struct ServerTarget: Hashable, Sendable {
  public let transport: TransportProtocol
  public let endpoint: IPEndpoint

  public init(_ transport: TransportProtocol, _ endpoint: IPEndpoint) {
    self.transport = transport
    self.endpoint = endpoint
  }
}

/// Where a query led.
public enum ServerLocation: Equatable, Sendable {
  /// In the order in which they are to be tried; at least one.
  ///
  /// - `domain`: the name that was asked for, which a certificate has to prove (RFC 3263 §4.1,
  ///   RFC 5922 §7.2), whatever names DNS put in between.
  /// - `lifetime`: how long DNS lets it be kept.
  case found([ServerTarget], domain: String, lifetime: Duration)
  case notFound(Reason)

  public enum Reason: String, Equatable, Sendable {
    /// DNS says that there is no such server.
    case unknown = "unknown host"
    /// DNS says nothing.
    case unanswered = "no answer from DNS"
    /// There is one, but over no transport and by no kind of address that we have.
    case unreachable = "no common transport"
  }
}

/// One of our ways to the world: a transport, and a family of addresses.
public struct ServerReach: Hashable, Sendable {
  public let transport: TransportProtocol
  public let isIPv6: Bool

  public init(_ transport: TransportProtocol, isIPv6: Bool) {
    self.transport = transport
    self.isIPv6 = isIPv6
  }
}
