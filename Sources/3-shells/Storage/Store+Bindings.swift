import Addressing
import GRDB
import Synchronization

extension Store {
  /// Writes what a REGISTER changed, all of it or nothing, in order.
  package func saveBindings(_ changes: [BindingChange], completion: @escaping Completion) {
    enqueue(
      { database in for change in changes { try change.write(to: database) } },
      completion: completion)
  }

  /// Forgets the bindings that expired at or before `moment` (nanoseconds since the Unix
  /// epoch), some at a time, so that other writes never wait long; completes after the last.
  package func removeExpiredBindings(before moment: Int64, completion: @escaping Completion) {
    let removed = Mutex(0)
    enqueue { database in
      try database.cachedStatement(sql: deleteExpired)
        .execute(arguments: [moment, expiryBatch])
      removed.withLock { $0 = database.changesCount }
    } completion: { result in
      if case .success = result, removed.withLock({ $0 }) == expiryBatch {
        self.removeExpiredBindings(before: moment, completion: completion)
      } else {
        completion(result)
      }
    }
  }

  /// Hands over every binding that is still good at `moment`, one at a time.
  package func forEachBinding(
    liveAt moment: Int64, _ body: (BindingRecord) throws -> Void
  ) throws(StorageError) {
    try read { database in
      let rows = try Row.fetchCursor(
        database,
        sql: "SELECT \(columns) FROM bindings WHERE expires_at > ? ORDER BY domain, user, key",
        arguments: [moment])
      while let row = try rows.next() {
        if let binding = BindingRecord(row) { try body(binding) }
      }
    }
  }

  /// One page of the bindings that are good at `moment`, by domain, user and contact.
  ///
  /// - Parameters:
  ///   - owner: only those of this subscriber.
  ///   - after: which binding the page follows.
  package func bindings(
    liveAt moment: Int64, of owner: (user: String, domain: String)?, after: BindingPlace?,
    limit: Int
  ) throws(StorageError) -> [BindingRecord] {
    try read { database in
      try Row.fetchAll(
        database,
        sql: """
          SELECT \(columns) FROM bindings WHERE expires_at > :moment
            AND (:domain IS NULL OR (domain = :domain AND user = :user))
            AND (:afterDomain IS NULL
              OR (domain, user, contact) > (:afterDomain, :afterUser, :afterContact))
          ORDER BY domain, user, contact LIMIT :limit
          """,
        arguments: [
          "moment": moment, "domain": owner?.domain, "user": owner?.user,
          "afterDomain": after?.domain, "afterUser": after?.user, "afterContact": after?.contact,
          "limit": max(0, limit),
        ]
      ).compactMap { BindingRecord($0) }
    }
  }

  /// Removes bindings on the caller's time: for who works beside a node that does not run.
  ///
  /// - Parameter contact: nil: all of the subscriber's.
  /// - Returns: how many there were.
  package func removeBindings(
    user: String, domain: String, contact: String?
  ) throws(StorageError) -> Int {
    try write { database in
      try database.execute(
        sql: """
          DELETE FROM bindings WHERE domain = :domain AND user = :user
            AND (:contact IS NULL OR contact = :contact)
          """,
        arguments: ["domain": domain, "user": user, "contact": contact])
      return database.changesCount
    }
  }

  /// Every binding that is still good at `moment`.
  package func bindings(liveAt moment: Int64) throws(StorageError) -> [BindingRecord] {
    var bindings: [BindingRecord] = []
    try forEachBinding(liveAt: moment) { bindings.append($0) }
    return bindings
  }
}

private let expiryBatch = 1000

private let deleteExpired = """
  DELETE FROM bindings WHERE rowid IN
    (SELECT rowid FROM bindings WHERE expires_at <= ? LIMIT ?)
  """

private let columns = """
  domain, user, contact, q, expires_at, call_id, cseq, transport, received, listener,
  user_agent, instance, path, registered_at, key, reg_id
  """

private let upsert = """
  INSERT INTO bindings (\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (domain, user, key) DO UPDATE SET
    contact = excluded.contact, q = excluded.q, expires_at = excluded.expires_at, call_id = excluded.call_id,
    cseq = excluded.cseq, transport = excluded.transport, received = excluded.received,
    listener = excluded.listener, user_agent = excluded.user_agent,
    instance = excluded.instance, path = excluded.path, registered_at = excluded.registered_at,
    reg_id = excluded.reg_id
  """

extension BindingChange {
  fileprivate func write(to database: Database) throws {
    switch self {
    case .saved(let binding):
      try database.cachedStatement(sql: upsert).execute(arguments: [
        binding.domain, binding.user, binding.contact, binding.q, binding.expiresAt,
        binding.callID, Int64(binding.cseq), binding.transport, binding.received.description,
        binding.listener, binding.userAgent, binding.instance, binding.path,
        binding.registeredAt, binding.key, binding.regID.map { Int64($0) },
      ])
    case .removed(let domain, let user, let key):
      try database.cachedStatement(
        sql: "DELETE FROM bindings WHERE domain = ? AND user = ? AND key = ?"
      ).execute(arguments: [domain, user, key])
    case .removedAll(let domain, let user):
      try database.cachedStatement(sql: "DELETE FROM bindings WHERE domain = ? AND user = ?")
        .execute(arguments: [domain, user])
    }
  }
}

extension BindingRecord {
  /// Nil when the row makes no sense, because something else than this program wrote it: such a
  /// phone has to register again.
  fileprivate init?(_ row: Row) {
    let source: String = row[8]
    guard let cseq = UInt32(exactly: row[6] as Int64), let received = IPEndpoint(source) else {
      return nil
    }
    self.init(
      domain: row[0], user: row[1], key: row[14], contact: row[2], q: row[3], expiresAt: row[4],
      callID: row[5], cseq: cseq, transport: row[7], received: received, listener: row[9],
      userAgent: row[10], instance: row[11],
      regID: (row[15] as Int64?).flatMap { UInt32(exactly: $0) }, path: row[12],
      registeredAt: row[13])
  }
}
