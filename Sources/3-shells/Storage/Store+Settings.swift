import GRDB

extension Store {
  /// What a subscriber of the database wants of its calls.
  ///
  /// - Throws: `.unknownSubscriber`.
  package func settings(
    user: String, domain: String
  ) throws(StorageError) -> SettingsRecord {
    try read { try settings(user: user, domain: domain, $0) }
  }

  func settings(user: String, domain: String, _ database: Database) throws -> SettingsRecord {
    let row = try Row.fetchOne(
      database,
      sql: """
        SELECT \(SettingsRecord.columns) FROM subscribers AS s
        LEFT JOIN subscriber_settings AS t ON t.domain = s.domain AND t.user = s.user
        WHERE s.domain = ? AND s.user = ?
        """, arguments: [domain, user])
    guard let row else { throw StorageError.unknownSubscriber(user: user, domain: domain) }
    return SettingsRecord(row, from: 0)
  }

  /// Replaces all settings of a subscriber of the database.
  ///
  /// - Throws: `.unknownSubscriber`.
  package func setSettings(
    _ settings: SettingsRecord, user: String, domain: String
  ) throws(StorageError) {
    try write { database in
      let stored = try String.fetchOne(
        database, sql: "SELECT user FROM subscribers WHERE domain = ? AND user = ?",
        arguments: [domain, user])
      guard stored != nil else {
        throw StorageError.unknownSubscriber(user: user, domain: domain)
      }
      try settings.insert(user: user, domain: domain, database)
    }
  }
}

extension SettingsRecord {
  /// Of the table as `t`.
  static let columns = """
    t.forward_always, t.forward_busy, t.forward_no_answer, t.no_answer_after, \
    t.forward_unregistered, t.do_not_disturb, t.maximum_calls, t.may_call
    """

  /// Reads `columns`, from an index of the row on; of a subscriber without a row all are null.
  init(_ row: Row, from index: Int) {
    let mayCall: String? = row[index + 7]
    let doNotDisturb: Bool? = row[index + 5]
    self.init(
      forwardAlways: row[index], forwardBusy: row[index + 1], forwardNoAnswer: row[index + 2],
      noAnswerAfter: row[index + 3], forwardUnregistered: row[index + 4],
      doNotDisturb: doNotDisturb ?? false, maximumCalls: row[index + 6],
      mayCall: mayCall.map { $0.split(separator: " ").map(String.init) })
  }

  func insert(user: String, domain: String, _ database: Database) throws {
    try database.execute(
      sql: "INSERT OR REPLACE INTO subscriber_settings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      arguments: [
        domain, user, forwardAlways, forwardBusy, forwardNoAnswer, noAnswerAfter,
        forwardUnregistered, doNotDisturb, maximumCalls, mayCall?.joined(separator: " "),
      ])
  }
}
