import Addressing

/// A subscription to somebody's state (RFC 6665), as the database keeps it.
package struct SubscriptionRecord: Equatable, Sendable {
  /// Our tag in its dialog.
  package var id: String
  /// The event package: `presence`, `dialog`, `reg`.
  package var event: String
  package var eventID: String?
  package var domain: String
  /// Who watches.
  package var watcher: String
  /// Who is watched, of the same domain.
  package var resource: String
  package var callID: String
  package var remoteTag: String
  /// Ours and the peer's name-addr, without tags.
  package var localAddress: String
  package var remoteAddress: String
  package var remoteTarget: String
  /// Route values, nearest hop first.
  package var routes: [String]
  package var remoteCSeq: UInt32
  /// Where NOTIFY requests go: `udp`, `tcp`, and so on.
  package var transport: String
  package var remote: IPEndpoint
  /// The listener that the SUBSCRIBE came to, by name.
  package var listener: String
  /// Nanoseconds since the Unix epoch, both.
  package var createdAt: Int64
  package var expiresAt: Int64

  package init(
    id: String, event: String, eventID: String? = nil, domain: String, watcher: String,
    resource: String, callID: String, remoteTag: String, localAddress: String,
    remoteAddress: String, remoteTarget: String, routes: [String] = [], remoteCSeq: UInt32,
    transport: String, remote: IPEndpoint, listener: String, createdAt: Int64, expiresAt: Int64
  ) {
    self.id = id
    self.event = event
    self.eventID = eventID
    self.domain = domain
    self.watcher = watcher
    self.resource = resource
    self.callID = callID
    self.remoteTag = remoteTag
    self.localAddress = localAddress
    self.remoteAddress = remoteAddress
    self.remoteTarget = remoteTarget
    self.routes = routes
    self.remoteCSeq = remoteCSeq
    self.transport = transport
    self.remote = remote
    self.listener = listener
    self.createdAt = createdAt
    self.expiresAt = expiresAt
  }
}
