import Machines
import Storage

/// A registered contact as the API and the command line show it.
package struct RegistrationDocument: Codable, Equatable, Sendable {
  /// What names it in the API.
  package var id: String
  package var user: String
  package var domain: String
  /// The contact's URI as the phone wrote it.
  package var contact: String
  package var transport: String
  /// Where the REGISTER came from: address and port.
  package var received: String
  /// ISO 8601, UTC.
  package var registered: String
  package var expires: String
  package var q: Double
  package var userAgent: String?
  /// `+sip.instance` (RFC 5626 §4.1).
  package var instance: String?
  /// `reg-id`: which of the phone's flows it is (RFC 5626 §4.2).
  package var flow: Int?
  /// The proxies that its REGISTER came along, and that requests to it take (RFC 3327).
  package var path: [String]?

  package init(_ record: BindingRecord) {
    id = Cursor.text([record.domain, record.user, record.contact])
    user = record.user
    domain = record.domain
    contact = record.contact
    transport = record.transport
    received = record.received.description
    registered = WallTime(nanoseconds: record.registeredAt).description
    expires = WallTime(nanoseconds: record.expiresAt).description
    q = record.q
    userAgent = record.userAgent
    instance = record.instance
    flow = record.regID.map(Int.init)
    path = record.path.map { $0.split(separator: "\n").map(String.init) }
  }
}

extension BindingPlace {
  /// Nil for a text that is no id of a registration.
  init?(registration id: String) {
    guard let parts = Cursor.parts(id, count: 3) else { return nil }
    self.init(domain: parts[0], user: parts[1], contact: parts[2])
  }
}
