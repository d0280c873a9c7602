import Addressing

/// A contact that a subscriber has registered (RFC 3261 §10.3), as the database keeps it.
package struct BindingRecord: Equatable, Sendable {
  package var domain: String
  package var user: String
  /// What tells it from the subscriber's others: the contact, or the phone and its flow.
  package var key: String
  /// The contact URI as the phone wrote it.
  package var contact: String
  /// Preference among the subscriber's contacts, 0 to 1.
  package var q: Double
  /// Nanoseconds since the Unix epoch.
  package var expiresAt: Int64
  package var callID: String
  package var cseq: UInt32
  /// The transport that the REGISTER came over: `udp`, `tcp`.
  package var transport: String
  /// Where the REGISTER came from, which is where requests go when the contact is behind a NAT.
  package var received: IPEndpoint
  /// The listener that it came to, by name.
  package var listener: String
  package var userAgent: String?
  /// `+sip.instance` (RFC 5626 §4.1).
  package var instance: String?
  /// `reg-id` (RFC 5626 §4.2).
  package var regID: UInt32?
  /// The Path that the REGISTER came along (RFC 3327), a hop a line.
  package var path: String?
  /// Nanoseconds since the Unix epoch.
  package var registeredAt: Int64

  package init(
    domain: String, user: String, key: String? = nil, contact: String, q: Double = 1,
    expiresAt: Int64,
    callID: String, cseq: UInt32, transport: String, received: IPEndpoint, listener: String,
    userAgent: String? = nil, instance: String? = nil, regID: UInt32? = nil,
    path: String? = nil, registeredAt: Int64
  ) {
    self.domain = domain
    self.user = user
    self.key = key ?? contact
    self.contact = contact
    self.q = q
    self.expiresAt = expiresAt
    self.callID = callID
    self.cseq = cseq
    self.transport = transport
    self.received = received
    self.listener = listener
    self.userAgent = userAgent
    self.instance = instance
    self.regID = regID
    self.path = path
    self.registeredAt = registeredAt
  }
}

/// One step of what a REGISTER changed.
package enum BindingChange: Equatable, Sendable {
  /// A new binding, or an old one refreshed.
  case saved(BindingRecord)
  case removed(domain: String, user: String, key: String)
  /// `Contact: *` (RFC 3261 §10.2.2).
  case removedAll(domain: String, user: String)
}

/// Where a binding stands in the list of all.
package struct BindingPlace: Equatable, Sendable {
  package var domain: String
  package var user: String
  package var contact: String

  package init(domain: String, user: String, contact: String) {
    self.domain = domain
    self.user = user
    self.contact = contact
  }
}
