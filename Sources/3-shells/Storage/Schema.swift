import GRDB

/// The tables, as named steps that are never changed once released: a change is a new step.
enum Schema {
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("subscribers") { try $0.execute(sql: subscribers) }
    migrator.registerMigration("bindings") { try $0.execute(sql: bindings) }
    migrator.registerMigration("call records") { try $0.execute(sql: callRecords) }
    migrator.registerMigration("settings") { try $0.execute(sql: settings) }
    migrator.registerMigration("flows of phones") { try $0.execute(sql: flows) }
    migrator.registerMigration("subscriptions") { try $0.execute(sql: subscriptions) }
    migrator.registerMigration("publications") { try $0.execute(sql: publications) }
    migrator.registerMigration("messages") { try $0.execute(sql: messages) }
    migrator.registerMigration("subscriber settings") { try $0.execute(sql: subscriberSettings) }
    migrator.registerMigration("ring groups") { try $0.execute(sql: ringGroups) }
    return migrator
  }

  /// The triggers count every change, so that a node sees with one row read whether the command
  /// line has been at work beside it.
  private static let subscribers = """
    CREATE TABLE subscribers (
      domain TEXT NOT NULL COLLATE NOCASE,
      user TEXT NOT NULL,
      number TEXT UNIQUE,
      ha1_md5 TEXT,
      ha1_sha256 TEXT,
      ha1_sha512_256 TEXT,
      created INTEGER NOT NULL,
      PRIMARY KEY (domain, user)
    );
    CREATE TABLE revisions (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
    INSERT INTO revisions VALUES ('subscribers', 0);
    CREATE TRIGGER subscriber_added AFTER INSERT ON subscribers BEGIN
      UPDATE revisions SET value = value + 1 WHERE name = 'subscribers';
    END;
    CREATE TRIGGER subscriber_changed AFTER UPDATE ON subscribers BEGIN
      UPDATE revisions SET value = value + 1 WHERE name = 'subscribers';
    END;
    CREATE TRIGGER subscriber_removed AFTER DELETE ON subscribers BEGIN
      UPDATE revisions SET value = value + 1 WHERE name = 'subscribers';
    END;
    """

  /// Subscribers of the configuration file have bindings too, so that nothing refers to the
  /// table of subscribers.
  private static let bindings = """
    CREATE TABLE bindings (
      domain TEXT NOT NULL COLLATE NOCASE,
      user TEXT NOT NULL,
      contact TEXT NOT NULL,
      q REAL NOT NULL,
      expires_at INTEGER NOT NULL,
      call_id TEXT NOT NULL,
      cseq INTEGER NOT NULL,
      transport TEXT NOT NULL,
      received TEXT NOT NULL,
      listener TEXT NOT NULL,
      user_agent TEXT,
      instance TEXT,
      path TEXT,
      registered_at INTEGER NOT NULL,
      PRIMARY KEY (domain, user, contact)
    );
    CREATE INDEX bindings_by_expiry ON bindings (expires_at);
    """

  /// Bindings have a key of their own, since two flows may share a contact (RFC 5626 §6). SQLite
  /// changes a primary key only by a new table.
  private static let flows = """
    ALTER TABLE bindings RENAME TO bindings_by_contact;
    DROP INDEX bindings_by_expiry;
    CREATE TABLE bindings (
      domain TEXT NOT NULL COLLATE NOCASE,
      user TEXT NOT NULL,
      key TEXT NOT NULL,
      contact TEXT NOT NULL,
      q REAL NOT NULL,
      expires_at INTEGER NOT NULL,
      call_id TEXT NOT NULL,
      cseq INTEGER NOT NULL,
      transport TEXT NOT NULL,
      received TEXT NOT NULL,
      listener TEXT NOT NULL,
      user_agent TEXT,
      instance TEXT,
      reg_id INTEGER,
      path TEXT,
      registered_at INTEGER NOT NULL,
      PRIMARY KEY (domain, user, key)
    );
    INSERT INTO bindings
      SELECT domain, user, contact, contact, q, expires_at, call_id, cseq, transport, received,
        listener, user_agent, instance, NULL, path, registered_at
      FROM bindings_by_contact;
    DROP TABLE bindings_by_contact;
    CREATE INDEX bindings_by_expiry ON bindings (expires_at);
    """

  /// Times in nanoseconds since 1970 UTC, `duration` and jitter in milliseconds.
  private static let callRecords = """
    CREATE TABLE cdrs (
      id TEXT PRIMARY KEY,
      call_id TEXT NOT NULL,
      parent TEXT,
      kind TEXT NOT NULL,
      node TEXT NOT NULL,
      caller_user TEXT,
      caller_uri TEXT NOT NULL,
      callee_uri TEXT NOT NULL,
      callee_user TEXT,
      setup INTEGER NOT NULL,
      ring INTEGER,
      answer INTEGER,
      "end" INTEGER NOT NULL,
      duration INTEGER NOT NULL,
      billable INTEGER NOT NULL,
      cause INTEGER NOT NULL,
      cause_text TEXT NOT NULL,
      released_by TEXT NOT NULL,
      codec TEXT,
      caller_packets INTEGER NOT NULL,
      caller_octets INTEGER NOT NULL,
      caller_lost INTEGER NOT NULL,
      caller_jitter REAL NOT NULL,
      callee_packets INTEGER NOT NULL,
      callee_octets INTEGER NOT NULL,
      callee_lost INTEGER NOT NULL,
      callee_jitter REAL NOT NULL,
      note TEXT
    );
    CREATE INDEX cdrs_by_setup ON cdrs (setup);
    """

  private static let settings = """
    CREATE TABLE settings (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
    """
}
