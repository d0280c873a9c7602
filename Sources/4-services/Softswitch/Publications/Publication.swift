import Machines

/// Presence that a phone has published (RFC 3903): what must outlive the process.
package struct Publication: Equatable, Sendable {
  /// Stays the same while the entity-tag changes with each PUBLISH.
  package let id: String
  package let address: AddressOfRecord
  package var entityTag: String
  /// The document as it came.
  package var body: [UInt8]
  package var expiresAt: WallTime

  package init(
    id: String, address: AddressOfRecord, entityTag: String, body: [UInt8], expiresAt: WallTime
  ) {
    self.id = id
    self.address = address
    self.entityTag = entityTag
    self.body = body
    self.expiresAt = expiresAt
  }
}

/// What publishing may cost.
struct PublicationPolicy: Equatable, Sendable {
  var interval = IntervalPolicy()
  var maximumPerAddress = 10
  var maximumPublications = 50_000
  var maximumBodyBytes = 8192
}
