import Foundation
import GRDB

extension Store {
  /// Every publication that is still good at `moment` (nanoseconds since the Unix epoch), the
  /// oldest first.
  package func publications(liveAt moment: Int64) throws(StorageError) -> [PublicationRecord] {
    try read { database in
      try Row.fetchAll(
        database,
        sql: """
          SELECT id, domain, user, entity_tag, body, expires_at FROM publications
          WHERE expires_at > ? ORDER BY rowid
          """,
        arguments: [moment]
      ).map { row in
        let body: Data = row[4]
        return PublicationRecord(
          id: row[0], domain: row[1], user: row[2], entityTag: row[3], body: Array(body),
          expiresAt: row[5])
      }
    }
  }
}

extension PublicationRecord {
  func write(to database: Database) throws {
    try database.cachedStatement(
      sql: """
        INSERT INTO publications (id, domain, user, entity_tag, body, expires_at)
        VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET
          entity_tag = excluded.entity_tag, body = excluded.body, expires_at = excluded.expires_at
        """
    ).execute(arguments: [id, domain, user, entityTag, Data(body), expiresAt])
  }
}
