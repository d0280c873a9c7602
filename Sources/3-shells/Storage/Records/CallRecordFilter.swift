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
  /// Only what follows this record, in this order.
  package var after: Place?

  package struct Place: Equatable, Sendable {
    package var setup: Int64
    package var id: String

    package init(setup: Int64, id: String) {
      self.setup = setup
      self.id = id
    }
  }

  package enum Order: Sendable {
    case newestFirst, oldestFirst
  }

  package init(
    since: Int64? = nil, until: Int64? = nil, party: String? = nil, limit: Int? = nil,
    order: Order = .newestFirst, after: Place? = nil
  ) {
    self.after = after
    self.since = since
    self.until = until
    self.party = party
    self.limit = limit
    self.order = order
  }
}
