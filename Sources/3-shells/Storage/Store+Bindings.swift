import Addressing
import GRDB

extension Store {
  /// Writes what a REGISTER changed, all of it or nothing, in order.
  package func saveBindings(_ changes: [BindingChange], completion: @escaping Completion) {
    enqueue(
      { database in for change in changes { try change.write(to: database) } },
      completion: completion)
  }

  /// Forgets the bindings that expired at or before `moment` (nanoseconds since the Unix
  /// epoch), a thousand at a time, so that other writes never wait long.
  package func removeExpiredBindings(before moment: Int64, completion: @escaping Completion) {
    enqueue(
      { database in
        try database.cachedStatement(
          sql: """
            DELETE FROM bindings WHERE rowid IN
              (SELECT rowid FROM bindings WHERE expires_at <= ? LIMIT \(expiryBatch))
            """
        ).execute(arguments: [moment])
        if database.changesCount == expiryBatch {
          // More may have expired than one batch holds. The rest joins a later group, and the
          // caller's completion waits for it.
          throw MoreExpired()
        }
      },
      completion: completion)
  }

  /// Hands over every binding that is still good at `moment`, one at a time.
  package func forEachBinding(
    liveAt moment: Int64, _ body: (BindingRecord) throws -> Void
  ) throws(StorageError) {
    try read { database in
      let rows = try Row.fetchCursor(
        database,
        sql: "SELECT \(columns) FROM bindings WHERE expires_at > ? ORDER BY domain, user, contact",
        arguments: [moment])
      while let row = try rows.next() {
        if let binding = BindingRecord(row) { try body(binding) }
      }
    }
  }

  /// Every binding that is still good at `moment`.
  package func bindings(liveAt moment: Int64) throws(StorageError) -> [BindingRecord] {
    var bindings: [BindingRecord] = []
    try forEachBinding(liveAt: moment) { bindings.append($0) }
    return bindings
  }
}
