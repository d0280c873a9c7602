import Machines
import SIP

/// A message from one subscriber to another, in pager mode (RFC 3428): what has to be kept of it
/// while the other is away.
package struct InstantMessage: Equatable, Sendable {
  /// Its Call-ID and From tag towards the phones: the same with each attempt, so that a phone
  /// whose answer was lost can tell that it has the message already.
  package let id: String
  package let recipient: AddressOfRecord
  /// The sender's name and address, as From has it.
  package let sender: String
  /// As the sender wrote it.
  package let to: String
  /// What says how to read the body, and what it is about.
  package let headers: [HeaderField]
  package let body: [UInt8]
  package let sentAt: WallTime
  package let expiresAt: WallTime

  package init(
    id: String, recipient: AddressOfRecord, sender: String, to: String, headers: [HeaderField],
    body: [UInt8], sentAt: WallTime, expiresAt: WallTime
  ) {
    self.id = id
    self.recipient = recipient
    self.sender = sender
    self.to = to
    self.headers = headers
    self.body = body
    self.sentAt = sentAt
    self.expiresAt = expiresAt
  }

  /// What passes from the sender to the phones.
  static let passedHeaders: [HeaderName] = [
    .contentType, .contentDisposition, .contentEncoding, .contentLanguage, .mimeVersion, .subject,
    .priority, .inReplyTo, .replyTo,
  ]

  /// Word that somebody is typing (RFC 3994) means nothing later.
  var isOfTheMoment: Bool {
    headers.first { $0.name == .contentType }.map {
      $0.value.prefix { $0 != ";" && $0 != " " }.lowercased() == "application/im-iscomposing+xml"
    } ?? false
  }

  var mark: KeptMessageMark {
    KeptMessageMark(id: id, recipient: recipient, expiresAt: expiresAt)
  }
}

/// That a message is kept, and for whom.
package struct KeptMessageMark: Equatable, Sendable {
  package let id: String
  package let recipient: AddressOfRecord
  package let expiresAt: WallTime

  package init(id: String, recipient: AddressOfRecord, expiresAt: WallTime) {
    self.id = id
    self.recipient = recipient
    self.expiresAt = expiresAt
  }
}

/// What messages may cost.
struct MessagePolicy: Equatable, Sendable {
  /// RFC 3428 §8 has senders keep below 1300 bytes over UDP; over a stream it may be more.
  var maximumBodyBytes = 8192
  var maximumHeaderBytes = 2048
  /// How long a message is kept, if its sender does not want it shorter.
  var longestKeeping = Duration.seconds(7 * 86_400)
  var maximumPerRecipient = 100
  var maximumKept = 50_000
  /// Messages that are under way to phones.
  var maximumDeliveries = 10_000
  /// A message that no phone has taken by then is kept: well before the sender gives up on us,
  /// 64·T1 after it sent it.
  var patience = Duration.seconds(10)
}
