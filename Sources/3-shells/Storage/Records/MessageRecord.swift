/// An instant message that waits for its recipient (RFC 3428), as the database keeps it.
package struct MessageRecord: Equatable, Sendable {
  package var id: String
  /// Who it is for.
  package var domain: String
  package var user: String
  /// The sender's name-addr.
  package var sender: String
  /// To, as the sender wrote it.
  package var to: String
  /// Header lines without their ends: `Content-Type: text/plain`.
  package var headers: [String]
  package var body: [UInt8]
  /// Nanoseconds since the Unix epoch, both.
  package var sentAt: Int64
  package var expiresAt: Int64

  package init(
    id: String, domain: String, user: String, sender: String, to: String, headers: [String],
    body: [UInt8], sentAt: Int64, expiresAt: Int64
  ) {
    self.id = id
    self.domain = domain
    self.user = user
    self.sender = sender
    self.to = to
    self.headers = headers
    self.body = body
    self.sentAt = sentAt
    self.expiresAt = expiresAt
  }
}

/// Whose a kept message is, without the message.
package struct MessageMark: Equatable, Sendable {
  package var id: String
  package var domain: String
  package var user: String
  /// Nanoseconds since the Unix epoch.
  package var expiresAt: Int64
}
