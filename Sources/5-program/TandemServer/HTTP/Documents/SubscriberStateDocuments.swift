import Machines
import Softswitch
import Storage

/// Whether a subscriber can be reached, as the API shows it.
package struct PresenceDocument: Codable, Equatable, Sendable {
  package var id: String
  package var contacts: Int
  package var calls: Int
  package var isOpen: Bool
  package var activities: [String]
  package var notes: [String]
  package var publications: Int

  init(_ presence: SubscriberPresence, of address: AddressOfRecord) {
    id = address.description
    contacts = presence.contacts
    calls = presence.calls
    isOpen = presence.isOpen
    activities = presence.activities
    notes = presence.notes
    publications = presence.publications
  }
}

/// A kept message as the API shows it.
package struct MessageDocument: Codable, Equatable, Sendable {
  package var id: String
  package var from: String
  package var to: String
  package var contentType: String?
  /// The body of a `text/…` in UTF-8; nil for others.
  package var text: String?
  package var bytes: Int
  /// ISO 8601, UTC, both.
  package var sent: String
  package var expires: String

  init(_ record: MessageRecord) {
    id = record.id
    from = record.sender
    to = record.to
    contentType =
      record.headers.lazy.compactMap { line -> String? in
        let parts = line.split(separator: ":", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "content-type" else { return nil }
        return String(parts[1].drop { $0 == " " })
      }.first
    let isText = contentType?.lowercased().hasPrefix("text/") ?? true
    text = isText ? String(validating: record.body, as: UTF8.self) : nil
    bytes = record.body.count
    sent = WallTime(nanoseconds: record.sentAt).description
    expires = WallTime(nanoseconds: record.expiresAt).description
  }
}

/// A subscription as the API shows it.
package struct SubscriptionDocument: Codable, Equatable, Sendable {
  package var id: String
  /// `presence`, `dialog` or `reg`.
  package var event: String
  /// `user@domain`, both.
  package var watcher: String
  package var resource: String
  package var transport: String
  package var remote: String
  /// ISO 8601, UTC, both.
  package var created: String
  package var expires: String

  init(_ record: SubscriptionRecord) {
    id = record.id
    event = record.event
    watcher = "\(record.watcher)@\(record.domain)"
    resource = "\(record.resource)@\(record.domain)"
    transport = record.transport
    remote = record.remote.description
    created = WallTime(nanoseconds: record.createdAt).description
    expires = WallTime(nanoseconds: record.expiresAt).description
  }
}
