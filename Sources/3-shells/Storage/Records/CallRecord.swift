/// A call detail record: what one call was, for those who bill it and those who ask about it.
///
/// Times are nanoseconds since the Unix epoch, UTC.
package struct CallRecord: Codable, Equatable, Sendable {
  /// Derived from the call, so that the same call recorded twice is one record.
  package var id: String
  /// The Call-ID of the caller's leg.
  package var callID: String
  /// The record of the call that this one came out of (a transfer, a fork), if any.
  package var parent: String?
  /// What sort of leg this is, in the words of whoever made the record.
  package var kind: String
  /// The node that served the call.
  package var node: String

  /// The subscriber who called, nil for a trusted source.
  package var callerUser: String?
  package var callerURI: String
  /// What was dialled.
  package var calleeURI: String
  /// The subscriber who answered.
  package var calleeUser: String?

  package var setup: Int64
  package var ring: Int64?
  package var answer: Int64?
  package var end: Int64
  /// Milliseconds from answer to end, 0 for a call that nobody answered.
  package var duration: Int64
  package var billable: Bool

  /// The SIP status that ended the call: 200 for one that was answered and released.
  package var cause: Int
  package var causeText: String
  package var releasedBy: Party

  package var codec: String?
  package var fromCaller: Media
  package var fromCallee: Media
  /// Whatever the reader should know, such as an end that was inferred.
  package var note: String?

  /// Who ended the call.
  package enum Party: String, Codable, Sendable, CaseIterable {
    case caller, callee, system
  }

  /// What one direction of the media came to.
  package struct Media: Codable, Equatable, Sendable {
    package var packets: Int64
    package var octets: Int64
    /// Packets that the sequence numbers say were sent and that never came (RFC 3550 §6.4.1).
    package var lost: Int64
    /// Interarrival jitter in milliseconds (RFC 3550 §6.4.1).
    package var jitter: Double

    package init(packets: Int64 = 0, octets: Int64 = 0, lost: Int64 = 0, jitter: Double = 0) {
      self.packets = packets
      self.octets = octets
      self.lost = lost
      self.jitter = jitter
    }
  }

  package init(
    id: String, callID: String, parent: String? = nil, kind: String, node: String,
    callerUser: String? = nil, callerURI: String, calleeURI: String, calleeUser: String? = nil,
    setup: Int64, ring: Int64? = nil, answer: Int64? = nil, end: Int64, duration: Int64 = 0,
    billable: Bool = false, cause: Int, causeText: String, releasedBy: Party,
    codec: String? = nil, fromCaller: Media = Media(), fromCallee: Media = Media(),
    note: String? = nil
  ) {
    self.id = id
    self.callID = callID
    self.parent = parent
    self.kind = kind
    self.node = node
    self.callerUser = callerUser
    self.callerURI = callerURI
    self.calleeURI = calleeURI
    self.calleeUser = calleeUser
    self.setup = setup
    self.ring = ring
    self.answer = answer
    self.end = end
    self.duration = duration
    self.billable = billable
    self.cause = cause
    self.causeText = causeText
    self.releasedBy = releasedBy
    self.codec = codec
    self.fromCaller = fromCaller
    self.fromCallee = fromCallee
    self.note = note
  }
}

/// Which call detail records to read.
package struct CallRecordFilter: Equatable, Sendable {
  /// The first moment of set-up that counts, in nanoseconds since the Unix epoch.
  package var since: Int64?
  /// The first moment of set-up that no longer counts.
  package var until: Int64?
  /// A user, a number, `user@domain` or a whole URI, on either side of the call.
  package var party: String?
  /// The most records to read, nil for all.
  package var limit: Int?
  package var order: Order

  package enum Order: Sendable {
    case newestFirst, oldestFirst
  }

  package init(
    since: Int64? = nil, until: Int64? = nil, party: String? = nil, limit: Int? = nil,
    order: Order = .newestFirst
  ) {
    self.since = since
    self.until = until
    self.party = party
    self.limit = limit
    self.order = order
  }
}
