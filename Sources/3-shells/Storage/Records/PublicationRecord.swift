/// Presence that a phone has published (RFC 3903), as the database keeps it.
package struct PublicationRecord: Equatable, Sendable {
  package var id: String
  package var domain: String
  package var user: String
  package var entityTag: String
  /// The document as it came.
  package var body: [UInt8]
  /// Nanoseconds since the Unix epoch.
  package var expiresAt: Int64

  package init(
    id: String, domain: String, user: String, entityTag: String, body: [UInt8], expiresAt: Int64
  ) {
    self.id = id
    self.domain = domain
    self.user = user
    self.entityTag = entityTag
    self.body = body
    self.expiresAt = expiresAt
  }
}
