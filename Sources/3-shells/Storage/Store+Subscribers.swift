import GRDB

extension Store {
  /// A number that grows whenever any process adds, changes or removes a subscriber: one row is
  /// read, so that a node can ask often.
  package func subscribersRevision() throws(StorageError) -> Int64 {
    try read { database in
      try Int64.fetchOne(
        database, sql: "SELECT value FROM revisions WHERE name = 'subscribers'") ?? 0
    }
  }

  /// Hands over every subscriber, one at a time, by domain and user.
  package func forEachSubscriber(
    _ body: (SubscriberRecord) throws -> Void
  ) throws(StorageError) {
    try read { database in
      let rows = try Row.fetchCursor(
        database, sql: "SELECT \(fields) FROM \(tables) ORDER BY s.domain, s.user")
      while let row = try rows.next() { try body(SubscriberRecord(row)) }
    }
  }

  /// The subscribers of a domain, or all of them.
  package func subscribers(domain: String? = nil) throws(StorageError) -> [SubscriberRecord] {
    try read { database in
      try Row.fetchAll(
        database,
        sql: """
          SELECT \(fields) FROM \(tables) WHERE ?1 IS NULL OR s.domain = ?1
          ORDER BY s.domain, s.user
          """,
        arguments: [domain]
      ).map(SubscriberRecord.init)
    }
  }

  /// One page of them, by domain and user.
  ///
  /// - Parameter after: whom the page follows.
  package func subscribers(
    domain: String?, after: (domain: String, user: String)?, limit: Int
  ) throws(StorageError) -> [SubscriberRecord] {
    try read { database in
      try Row.fetchAll(
        database,
        sql: """
          SELECT \(fields) FROM \(tables)
          WHERE (:domain IS NULL OR s.domain = :domain)
            AND (:afterDomain IS NULL OR (s.domain, s.user) > (:afterDomain, :afterUser))
          ORDER BY s.domain, s.user LIMIT :limit
          """,
        arguments: [
          "domain": domain, "afterDomain": after?.domain, "afterUser": after?.user,
          "limit": max(0, limit),
        ]
      ).map(SubscriberRecord.init)
    }
  }

  /// Nil if the database has none of this name.
  package func subscriber(user: String, domain: String) throws(StorageError) -> SubscriberRecord? {
    try read { database in
      try Row.fetchOne(
        database, sql: "SELECT \(fields) FROM \(tables) WHERE s.domain = ? AND s.user = ?",
        arguments: [domain, user]
      ).map(SubscriberRecord.init)
    }
  }

  /// - Throws: `.duplicateSubscriber`, `.nameTaken` by a group, `.numberTaken`.
  package func addSubscriber(_ subscriber: SubscriberRecord) throws(StorageError) {
    try write { database in
      if try exists(subscriber.user, subscriber.domain, database) {
        throw StorageError.duplicateSubscriber(
          user: subscriber.user, domain: subscriber.domain)
      }
      if try isGroup(subscriber.user, subscriber.domain, database) {
        throw StorageError.nameTaken(name: subscriber.user, domain: subscriber.domain)
      }
      if let number = subscriber.number, let owner = try owner(of: number, database) {
        throw StorageError.numberTaken(number: number, by: owner)
      }
      try database.execute(
        sql: "INSERT INTO subscribers (\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?)",
        arguments: [
          subscriber.domain, subscriber.user, subscriber.number, subscriber.hashes.md5,
          subscriber.hashes.sha256, subscriber.hashes.sha512_256, subscriber.created,
        ])
      if subscriber.settings != SettingsRecord() {
        try subscriber.settings.insert(
          user: subscriber.user, domain: subscriber.domain, database)
      }
    }
  }

  /// Removes a subscriber and whatever is registered, published or kept for it, with its
  /// subscriptions and those to it.
  ///
  /// - Throws: `.unknownSubscriber`.
  package func removeSubscriber(user: String, domain: String) throws(StorageError) {
    try write { database in
      try database.execute(
        sql: "DELETE FROM subscribers WHERE domain = ? AND user = ?", arguments: [domain, user])
      guard database.changesCount > 0 else {
        throw StorageError.unknownSubscriber(user: user, domain: domain)
      }
      for table in ["bindings", "publications", "messages"] {
        try database.execute(
          sql: "DELETE FROM \(table) WHERE domain = ? AND user = ?", arguments: [domain, user])
      }
      try database.execute(
        sql: "DELETE FROM subscriptions WHERE domain = ?1 AND (watcher = ?2 OR resource = ?2)",
        arguments: [domain, user])
    }
  }

  /// Gives a subscriber another password, another number, other settings, or all of it, at once.
  ///
  /// - Parameters:
  ///   - hashes: nil: the password stays.
  ///   - number: nil: the number stays; `.some(nil)`: none from now on.
  ///   - settings: changes those that the subscriber has; should it throw, nothing changes.
  /// - Throws: `.unknownSubscriber`, `.numberTaken`, and `.failed` for what `settings` throws.
  package func changeSubscriber(
    user: String, domain: String, hashes: PasswordHashes?, number: String??,
    settings change: ((inout SettingsRecord) throws -> Void)? = nil
  ) throws(StorageError) {
    try write { database in
      guard try exists(user, domain, database) else {
        throw StorageError.unknownSubscriber(user: user, domain: domain)
      }
      if let hashes {
        try database.execute(
          sql: """
            UPDATE subscribers SET ha1_md5 = ?, ha1_sha256 = ?, ha1_sha512_256 = ?
            WHERE domain = ? AND user = ?
            """,
          arguments: [hashes.md5, hashes.sha256, hashes.sha512_256, domain, user])
      }
      if let number {
        if let number, let owner = try owner(of: number, database), owner != "\(user)@\(domain)" {
          throw StorageError.numberTaken(number: number, by: owner)
        }
        try database.execute(
          sql: "UPDATE subscribers SET number = ? WHERE domain = ? AND user = ?",
          arguments: [number, domain, user])
      }
      if let change {
        var settings = try self.settings(user: user, domain: domain, database)
        try change(&settings)
        try settings.insert(user: user, domain: domain, database)
      }
    }
  }

  /// Gives a subscriber another password.
  ///
  /// - Throws: `.unknownSubscriber`.
  package func setHashes(
    _ hashes: PasswordHashes, user: String, domain: String
  ) throws(StorageError) {
    try changeSubscriber(user: user, domain: domain, hashes: hashes, number: nil)
  }

  private func exists(_ user: String, _ domain: String, _ database: Database) throws -> Bool {
    try Bool.fetchOne(
      database, sql: "SELECT 1 FROM subscribers WHERE domain = ? AND user = ?",
      arguments: [domain, user]) ?? false
  }

  private func isGroup(_ name: String, _ domain: String, _ database: Database) throws -> Bool {
    try Bool.fetchOne(
      database, sql: "SELECT 1 FROM ring_groups WHERE domain = ? AND name = ?",
      arguments: [domain, name]) ?? false
  }
}

extension Store {
  /// Who has a number: `user@domain` of a subscriber or a group.
  func owner(of number: String, _ database: Database) throws -> String? {
    try String.fetchOne(
      database,
      sql: """
        SELECT user || '@' || domain FROM subscribers WHERE number = ?1
        UNION ALL SELECT name || '@' || domain FROM ring_groups WHERE number = ?1
        """, arguments: [number])
  }
}

private let columns = "domain, user, number, ha1_md5, ha1_sha256, ha1_sha512_256, created"

private let fields =
  "s.domain, s.user, number, ha1_md5, ha1_sha256, ha1_sha512_256, created, "
  + SettingsRecord.columns
private let tables =
  "subscribers AS s "
  + "LEFT JOIN subscriber_settings AS t ON t.domain = s.domain AND t.user = s.user"

extension SubscriberRecord {
  fileprivate init(_ row: Row) {
    self.init(
      domain: row[0], user: row[1], number: row[2],
      hashes: PasswordHashes(md5: row[3], sha256: row[4], sha512_256: row[5]),
      settings: SettingsRecord(row, from: 7), created: row[6])
  }
}
