import CallControl
import GRDB

extension Store {
  /// Writes the records of a call, all or none. The same again, after a restart for one, changes
  /// nothing: records are known by their ids.
  package func save(_ records: [CallRecord], completion: @escaping Completion) {
    enqueue(
      { database in
        let statement = try database.cachedStatement(sql: insert)
        for record in records { try statement.execute(arguments: record.arguments) }
      }, completion: completion)
  }

  /// Hands over the records that a filter lets through, one at a time, by time of set-up.
  package func forEachCallRecord(
    _ filter: CallRecordFilter, _ body: (CallRecord) throws -> Void
  ) throws(StorageError) {
    try read { database in
      let rows = try Row.fetchCursor(
        database, sql: filter.query, arguments: filter.arguments)
      while let row = try rows.next() { try body(CallRecord(row)) }
    }
  }

  package func callRecords(
    _ filter: CallRecordFilter = CallRecordFilter()
  ) throws(StorageError) -> [CallRecord] {
    var records: [CallRecord] = []
    try forEachCallRecord(filter) { records.append($0) }
    return records
  }

  /// How much there is, bindings as of `moment` (nanoseconds since the Unix epoch).
  package func counts(at moment: Int64) throws(StorageError) -> StoreCounts {
    try read { database in
      func count(_ sql: String, _ arguments: StatementArguments = []) throws -> Int {
        try Int.fetchOne(database, sql: sql, arguments: arguments) ?? 0
      }
      return StoreCounts(
        subscribers: try count("SELECT count(*) FROM subscribers"),
        bindings: try count("SELECT count(*) FROM bindings WHERE expires_at > ?", [moment]),
        callRecords: try count("SELECT count(*) FROM cdrs"))
    }
  }
}

private let columns = """
  id, call_id, parent, kind, node, caller_user, caller_uri, callee_uri, callee_user,
  setup, ring, answer, "end", duration, billable, cause, cause_text, released_by, codec,
  caller_packets, caller_octets, caller_lost, caller_jitter,
  callee_packets, callee_octets, callee_lost, callee_jitter, note
  """

private let insert = """
  INSERT INTO cdrs (\(columns))
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (id) DO NOTHING
  """

extension CallRecord {
  fileprivate var arguments: StatementArguments {
    [
      id, callID, parent, kind, node, callerUser, callerURI, calleeURI, calleeUser,
      setup, ring, answer, end, duration, billable, cause, causeText, releasedBy.rawValue, codec,
      fromCaller.packets, fromCaller.octets, fromCaller.lost, fromCaller.jitter,
      fromCallee.packets, fromCallee.octets, fromCallee.lost, fromCallee.jitter, note,
    ]
  }

  fileprivate init(_ row: Row) {
    self.init(
      id: row[0], callID: row[1], parent: row[2], kind: row[3], node: row[4],
      callerUser: row[5], callerURI: row[6], calleeURI: row[7], calleeUser: row[8],
      setup: row[9], ring: row[10], answer: row[11], end: row[12], duration: row[13],
      billable: row[14], cause: row[15], causeText: row[16],
      releasedBy: Releaser(rawValue: row[17]) ?? .system, codec: row[18],
      fromCaller: MediaQuality(row, from: 19), fromCallee: MediaQuality(row, from: 23),
      note: row[27])
  }
}

extension MediaQuality {
  fileprivate init(_ row: Row, from index: Int) {
    self.init(
      packets: row[index], octets: row[index + 1], lost: row[index + 2], jitter: row[index + 3])
  }
}

extension CallRecordFilter {
  fileprivate var query: String {
    """
    SELECT \(columns) FROM cdrs
    WHERE (:since IS NULL OR setup >= :since) AND (:until IS NULL OR setup < :until)
      AND (:party IS NULL OR \(partyMatches))
      AND (:afterSetup IS NULL OR setup \(order == .newestFirst ? "<" : ">") :afterSetup
        OR (setup = :afterSetup AND id > :afterID))
    ORDER BY setup \(order == .newestFirst ? "DESC" : "ASC"), id
    LIMIT coalesce(:limit, -1)
    """
  }

  fileprivate var arguments: StatementArguments {
    [
      "since": since, "until": until, "party": party, "limit": limit.map { max(0, $0) },
      "afterSetup": after?.setup, "afterID": after?.id,
    ]
  }

  /// `alice` finds `alice`, `alice@example.test` and `sip:alice@example.test:5060`, not `alice2`.
  private var partyMatches: String {
    let sides = ["caller_user", "caller_uri", "callee_uri", "callee_user"]
    let tests = sides.map { side in
      """
      (\(side) IN (:party, 'sip:' || :party, 'sips:' || :party, 'tel:' || :party)
        OR substr(\(side), 1, length(:party) + 1) = :party || '@'
        OR substr(\(side), 1, length(:party) + 5) = 'sip:' || :party || '@'
        OR substr(\(side), 1, length(:party) + 6) = 'sips:' || :party || '@'
        OR substr(\(side), 1, length(:party) + 5) IN
          ('sip:' || :party || ':', 'sip:' || :party || ';'))
      """
    }
    return "(\(tests.joined(separator: " OR ")))"
  }
}
