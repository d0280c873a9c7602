import Addressing
import Machines
import SIP

/// The way that a REGISTER came, in words that outlive the process.
package struct BindingFlow: Hashable, Sendable {
  package var transport: TransportProtocol
  /// Where the request came from, as our socket saw it.
  package var remote: IPEndpoint
  /// Our listener's name in the configuration: its number may change with the next start.
  package var listener: String
  /// The connection, if it is one of this process.
  package var connection: ConnectionID?

  package init(
    transport: TransportProtocol, remote: IPEndpoint, listener: String,
    connection: ConnectionID? = nil
  ) {
    self.transport = transport
    self.remote = remote
    self.listener = listener
    self.connection = connection
  }
}

/// One contact of an address-of-record (RFC 3261 §10).
package struct Binding: Equatable, Sendable {
  /// The contact URI as the phone wrote it.
  package var contact: String
  /// Preference among the subscriber's contacts, 0 to 1, thousandths (RFC 3261 §20.10).
  package var q: Double
  package var expiresAt: WallTime
  /// Of the REGISTER that made or last refreshed it, to tell late requests (§10.3 step 7).
  package var callID: String
  package var cseq: UInt32
  package var flow: BindingFlow
  package var userAgent: String?
  /// `+sip.instance` without its quotes (RFC 5626 §4.1).
  package var instance: String?
  /// `reg-id`: which of the flows of one phone this is, where outbound applies (RFC 5626 §4.2).
  package var regID: UInt32?
  /// The Path that the REGISTER came along, nearest hop first (RFC 3327 §5.3).
  package var path: [String]
  package var registeredAt: WallTime

  package init(
    contact: String, q: Double = 1, expiresAt: WallTime, callID: String, cseq: UInt32,
    flow: BindingFlow, userAgent: String? = nil, instance: String? = nil, regID: UInt32? = nil,
    path: [String] = [], registeredAt: WallTime
  ) {
    self.contact = contact
    self.q = q
    self.expiresAt = expiresAt
    self.callID = callID
    self.cseq = cseq
    self.flow = flow
    self.userAgent = userAgent
    self.instance = instance
    self.regID = regID
    self.path = path
    self.registeredAt = registeredAt
  }

  package var key: BindingKey {
    guard let instance, let regID else { return BindingKey(contact: contact) }
    return BindingKey(instance: instance, regID: regID)
  }

  package func isLive(at now: WallTime) -> Bool { now < expiresAt }
}
