import Addressing
import GRDB

/// One change of what watchers, publishers and messages have on record.
package enum StateChange: Equatable, Sendable {
  /// A new subscription, or an old one refreshed.
  case subscription(SubscriptionRecord)
  case subscriptionRemoved(id: String)
  case publication(PublicationRecord)
  case publicationRemoved(id: String)
  case message(MessageRecord)
  case messageRemoved(id: String)
}

extension Store {
  /// Writes changes, all of them or none, in order.
  package func save(_ changes: [StateChange], completion: @escaping Completion) {
    enqueue(
      { database in for change in changes { try change.write(to: database) } },
      completion: completion)
  }

  /// Forgets the subscriptions, publications and messages that expired at or before `moment`
  /// (nanoseconds since the Unix epoch), at most a thousand of each.
  package func removeExpiredState(before moment: Int64, completion: @escaping Completion) {
    enqueue(
      { database in
        for table in ["subscriptions", "publications", "messages"] {
          try database.cachedStatement(
            sql: """
              DELETE FROM \(table) WHERE rowid IN
                (SELECT rowid FROM \(table) WHERE expires_at <= ? LIMIT 1000)
              """
          ).execute(arguments: [moment])
        }
      }, completion: completion)
  }

  /// A page of those that are still good at `moment`, the oldest first.
  ///
  /// - Parameters:
  ///   - party: only those of this watcher, or to this resource: `user` and `domain`.
  ///   - after: what the page follows, by when it was made and by its id.
  package func subscriptions(
    liveAt moment: Int64, of party: (user: String, domain: String)?,
    after: (createdAt: Int64, id: String)?, limit: Int
  ) throws(StorageError) -> [SubscriptionRecord] {
    try read { database in
      try Row.fetchAll(
        database,
        sql: """
          SELECT \(columns) FROM subscriptions
          WHERE expires_at > :moment
            AND (:user IS NULL OR (domain = :domain AND (watcher = :user OR resource = :user)))
            AND (:created IS NULL OR (created_at, id) > (:created, :id))
          ORDER BY created_at, id LIMIT :limit
          """,
        arguments: [
          "moment": moment, "user": party?.user, "domain": party?.domain,
          "created": after?.createdAt, "id": after?.id, "limit": max(0, limit),
        ]
      ).compactMap(SubscriptionRecord.init)
    }
  }

  /// Every subscription that is still good at `moment`, the oldest first.
  package func subscriptions(liveAt moment: Int64) throws(StorageError) -> [SubscriptionRecord] {
    try read { database in
      try Row.fetchAll(
        database,
        sql: """
          SELECT \(columns) FROM subscriptions WHERE expires_at > ? ORDER BY created_at, id
          """,
        arguments: [moment]
      ).compactMap(SubscriptionRecord.init)
    }
  }
}

private let columns = """
  id, event, event_id, domain, watcher, resource, call_id, remote_tag, local_address,
  remote_address, remote_target, routes, remote_cseq, transport, remote, listener, created_at,
  expires_at
  """

extension StateChange {
  fileprivate func write(to database: Database) throws {
    switch self {
    case .subscription(let subscription): try subscription.write(to: database)
    case .subscriptionRemoved(let id): try remove(id, from: "subscriptions", database)
    case .publication(let publication): try publication.write(to: database)
    case .publicationRemoved(let id): try remove(id, from: "publications", database)
    case .message(let message): try message.write(to: database)
    case .messageRemoved(let id): try remove(id, from: "messages", database)
    }
  }

  private func remove(_ id: String, from table: String, _ database: Database) throws {
    try database.cachedStatement(sql: "DELETE FROM \(table) WHERE id = ?")
      .execute(arguments: [id])
  }
}

extension SubscriptionRecord {
  fileprivate func write(to database: Database) throws {
    try database.cachedStatement(
      sql: """
        INSERT INTO subscriptions (\(columns))
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET
          remote_target = excluded.remote_target, remote_cseq = excluded.remote_cseq,
          transport = excluded.transport, remote = excluded.remote,
          listener = excluded.listener, expires_at = excluded.expires_at
        """
    ).execute(arguments: [
      id, event, eventID, domain, watcher, resource, callID, remoteTag, localAddress,
      remoteAddress, remoteTarget, routes.joined(separator: "\n"), Int64(remoteCSeq), transport,
      remote.description, listener, createdAt, expiresAt,
    ])
  }

  /// Nil when the row makes no sense, because something else than this program wrote it: such a
  /// watcher has to subscribe again.
  fileprivate init?(_ row: Row) {
    let routes: String = row[11]
    let endpoint: String = row[14]
    guard let cseq = UInt32(exactly: row[12] as Int64), let remote = IPEndpoint(endpoint) else {
      return nil
    }
    self.init(
      id: row[0], event: row[1], eventID: row[2], domain: row[3], watcher: row[4],
      resource: row[5], callID: row[6], remoteTag: row[7], localAddress: row[8],
      remoteAddress: row[9], remoteTarget: row[10],
      routes: routes.split(separator: "\n").map(String.init), remoteCSeq: cseq,
      transport: row[13], remote: remote, listener: row[15], createdAt: row[16],
      expiresAt: row[17])
  }
}
