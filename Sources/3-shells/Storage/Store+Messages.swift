import Foundation
import GRDB
import Synchronization

extension Store {
  /// Reads what is kept for somebody, the oldest first, after all writes that were asked for
  /// before. `completion` is called as that of a write is.
  package func fetchMessages(
    user: String, domain: String,
    completion: @escaping @Sendable (Result<[MessageRecord], StorageError>) -> Void
  ) {
    let found = Mutex<[MessageRecord]>([])
    enqueue { database in
      let messages = try Self.messages(user: user, domain: domain, database)
      found.withLock { $0 = messages }
    } completion: { result in
      completion(result.map { found.withLock { $0 } })
    }
  }

  /// What is kept for somebody, the oldest first.
  package func messages(
    user: String, domain: String
  ) throws(StorageError) -> [MessageRecord] {
    try read { try Self.messages(user: user, domain: domain, $0) }
  }

  /// Whose the messages are that are still good at `moment` (nanoseconds since the Unix epoch).
  package func messageMarks(liveAt moment: Int64) throws(StorageError) -> [MessageMark] {
    try read { database in
      try Row.fetchAll(
        database,
        sql:
          "SELECT id, domain, user, expires_at FROM messages WHERE expires_at > ? ORDER BY rowid",
        arguments: [moment]
      ).map { MessageMark(id: $0[0], domain: $0[1], user: $0[2], expiresAt: $0[3]) }
    }
  }

  private static func messages(
    user: String, domain: String, _ database: Database
  ) throws -> [MessageRecord] {
    try Row.fetchAll(
      database,
      sql: """
        SELECT id, domain, user, sender, recipient, headers, body, sent_at, expires_at
        FROM messages WHERE domain = ? AND user = ? ORDER BY rowid
        """,
      arguments: [domain, user]
    ).map { row in
      let headers: String = row[5]
      let body: Data = row[6]
      return MessageRecord(
        id: row[0], domain: row[1], user: row[2], sender: row[3], to: row[4],
        headers: headers.split(separator: "\n").map(String.init), body: Array(body),
        sentAt: row[7], expiresAt: row[8])
    }
  }
}

extension MessageRecord {
  func write(to database: Database) throws {
    try database.cachedStatement(
      sql: """
        INSERT OR IGNORE INTO messages
          (id, domain, user, sender, recipient, headers, body, sent_at, expires_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    ).execute(arguments: [
      id, domain, user, sender, to, headers.joined(separator: "\n"), Data(body), sentAt, expiresAt,
    ])
  }
}
