import Foundation
import GRDB

extension Store {
  /// A secret of the node, such as the key of its nonces: made when somebody first asks, the
  /// same for everybody from then on, whichever process asked first.
  package func secret(
    _ name: String, create: () -> [UInt8]
  ) throws(StorageError) -> [UInt8] {
    if let known = try read({ database in try find(name, database) }) { return known }
    return try write { database in
      try database.execute(
        sql: "INSERT OR IGNORE INTO settings (key, value) VALUES (?, ?)",
        arguments: [name, Data(create())])
      guard let kept = try find(name, database) else {
        throw StorageError.failed("the secret \(name) was not kept")
      }
      return kept
    }
  }

  private func find(_ name: String, _ database: Database) throws -> [UInt8]? {
    try Data.fetchOne(
      database, sql: "SELECT value FROM settings WHERE key = ?", arguments: [name]
    ).map(Array.init)
  }
}
