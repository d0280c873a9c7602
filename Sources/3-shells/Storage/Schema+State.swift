// The tables of what is watched, published and kept. Times in nanoseconds since 1970 UTC.
extension Schema {
  static let subscriptions = """
    CREATE TABLE subscriptions (
      id TEXT PRIMARY KEY,
      event TEXT NOT NULL,
      event_id TEXT,
      domain TEXT NOT NULL COLLATE NOCASE,
      watcher TEXT NOT NULL,
      resource TEXT NOT NULL,
      call_id TEXT NOT NULL,
      remote_tag TEXT NOT NULL,
      local_address TEXT NOT NULL,
      remote_address TEXT NOT NULL,
      remote_target TEXT NOT NULL,
      routes TEXT NOT NULL,
      remote_cseq INTEGER NOT NULL,
      transport TEXT NOT NULL,
      remote TEXT NOT NULL,
      listener TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      expires_at INTEGER NOT NULL
    );
    CREATE INDEX subscriptions_by_expiry ON subscriptions (expires_at);
    """

  static let publications = """
    CREATE TABLE publications (
      id TEXT PRIMARY KEY,
      domain TEXT NOT NULL COLLATE NOCASE,
      user TEXT NOT NULL,
      entity_tag TEXT NOT NULL,
      body BLOB NOT NULL,
      expires_at INTEGER NOT NULL
    );
    CREATE INDEX publications_by_expiry ON publications (expires_at);
    """

  /// Their order is that of their arrival: rows have rising numbers.
  static let messages = """
    CREATE TABLE messages (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      domain TEXT NOT NULL COLLATE NOCASE,
      user TEXT NOT NULL,
      sender TEXT NOT NULL,
      recipient TEXT NOT NULL,
      headers TEXT NOT NULL,
      body BLOB NOT NULL,
      sent_at INTEGER NOT NULL,
      expires_at INTEGER NOT NULL
    );
    CREATE INDEX messages_by_recipient ON messages (domain, user);
    CREATE INDEX messages_by_expiry ON messages (expires_at);
    """
}
