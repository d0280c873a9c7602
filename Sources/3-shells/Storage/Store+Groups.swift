import GRDB

extension Store {
  /// All ring groups, by domain and name.
  package func groups() throws(StorageError) -> [GroupRecord] {
    try read { database in
      var members: [[String]: [String]] = [:]
      let rows = try Row.fetchCursor(
        database,
        sql: "SELECT domain, name, member FROM ring_group_members ORDER BY domain, name, position")
      while let row = try rows.next() {
        let (domain, name): (String, String) = (row[0], row[1])
        members[[domain, name], default: []].append(row[2])
      }
      return try Row.fetchAll(
        database, sql: "SELECT \(columns) FROM ring_groups ORDER BY domain, name"
      ).map { row in
        let (domain, name): (String, String) = (row[0], row[1])
        return GroupRecord(row, members: members[[domain, name]] ?? [])
      }
    }
  }

  /// - Throws: `.duplicateGroup`, `.nameTaken` by a subscriber, `.numberTaken`.
  package func addGroup(_ group: GroupRecord) throws(StorageError) {
    try write { database in
      if try holds("ring_groups", "name", group, database) {
        throw StorageError.duplicateGroup(name: group.name, domain: group.domain)
      }
      if try holds("subscribers", "user", group, database) {
        throw StorageError.nameTaken(name: group.name, domain: group.domain)
      }
      if let number = group.number, let owner = try owner(of: number, database) {
        throw StorageError.numberTaken(number: number, by: owner)
      }
      try insert(group, database)
    }
  }

  /// Changes a group in one transaction.
  ///
  /// - Parameter change: what becomes of it, but for its name; should it throw, nothing changes.
  /// - Throws: `.unknownGroup`, `.numberTaken`, and `.failed` for what `change` throws.
  package func changeGroup(
    name: String, domain: String, _ change: (inout GroupRecord) throws -> Void
  ) throws(StorageError) {
    try write { database in
      guard var group = try group(name, domain, database) else {
        throw StorageError.unknownGroup(name: name, domain: domain)
      }
      try change(&group)
      (group.name, group.domain) = (name, domain)
      if let number = group.number, let owner = try owner(of: number, database),
        owner != "\(name)@\(domain)"
      {
        throw StorageError.numberTaken(number: number, by: owner)
      }
      try database.execute(
        sql: "DELETE FROM ring_groups WHERE domain = ? AND name = ?", arguments: [domain, name])
      try insert(group, database)
    }
  }

  /// Nil if the database has none of this name.
  package func group(name: String, domain: String) throws(StorageError) -> GroupRecord? {
    try read { try group(name, domain, $0) }
  }

  private func group(
    _ name: String, _ domain: String, _ database: Database
  ) throws -> GroupRecord? {
    guard
      let row = try Row.fetchOne(
        database, sql: "SELECT \(columns) FROM ring_groups WHERE domain = ? AND name = ?",
        arguments: [domain, name])
    else { return nil }
    let members = try String.fetchAll(
      database,
      sql: "SELECT member FROM ring_group_members WHERE domain = ? AND name = ? ORDER BY position",
      arguments: [domain, name])
    return GroupRecord(row, members: members)
  }

  /// - Throws: `.unknownGroup`.
  package func removeGroup(name: String, domain: String) throws(StorageError) {
    try write { database in
      try database.execute(
        sql: "DELETE FROM ring_groups WHERE domain = ? AND name = ?", arguments: [domain, name])
      guard database.changesCount > 0 else {
        throw StorageError.unknownGroup(name: name, domain: domain)
      }
    }
  }

  private func insert(_ group: GroupRecord, _ database: Database) throws {
    try database.execute(
      sql: "INSERT INTO ring_groups (\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      arguments: [
        group.domain, group.name, group.number, group.strategy, group.ringTimeout,
        group.skipsBusy, group.then, group.created,
      ])
    for (position, member) in group.members.enumerated() {
      try database.execute(
        sql: "INSERT INTO ring_group_members VALUES (?, ?, ?, ?)",
        arguments: [group.domain, group.name, position, member])
    }
  }

  private func holds(
    _ table: String, _ column: String, _ group: GroupRecord, _ database: Database
  ) throws -> Bool {
    try Bool.fetchOne(
      database, sql: "SELECT 1 FROM \(table) WHERE domain = ? AND \(column) = ?",
      arguments: [group.domain, group.name]) ?? false
  }
}

private let columns =
  "domain, name, number, strategy, ring_timeout, skips_busy, then_target, created"

extension GroupRecord {
  fileprivate init(_ row: Row, members: [String]) {
    self.init(
      domain: row[0], name: row[1], number: row[2], strategy: row[3], members: members,
      ringTimeout: row[4], skipsBusy: row[5], then: row[6], created: row[7])
  }
}
