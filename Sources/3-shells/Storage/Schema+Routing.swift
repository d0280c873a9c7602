// Subscribers' settings and ring groups. A node reads both with its subscribers, so that their
// changes count in the same revision.
extension Schema {
  /// A subscriber without a row has the settings of a new one. Durations in milliseconds.
  static let subscriberSettings =
    """
    CREATE TABLE subscriber_settings (
      domain TEXT NOT NULL COLLATE NOCASE,
      user TEXT NOT NULL,
      forward_always TEXT,
      forward_busy TEXT,
      forward_no_answer TEXT,
      no_answer_after INTEGER,
      forward_unregistered TEXT,
      do_not_disturb INTEGER NOT NULL,
      maximum_calls INTEGER,
      may_call TEXT,
      PRIMARY KEY (domain, user)
    );
    CREATE TRIGGER subscriber_settings_left AFTER DELETE ON subscribers BEGIN
      DELETE FROM subscriber_settings WHERE domain = old.domain AND user = old.user;
    END;
    """ + counting("subscriber_settings")

  static let ringGroups =
    """
    CREATE TABLE ring_groups (
      domain TEXT NOT NULL COLLATE NOCASE,
      name TEXT NOT NULL,
      number TEXT UNIQUE,
      strategy TEXT NOT NULL,
      ring_timeout INTEGER NOT NULL,
      skips_busy INTEGER NOT NULL,
      then_target TEXT,
      created INTEGER NOT NULL,
      PRIMARY KEY (domain, name)
    );
    CREATE TABLE ring_group_members (
      domain TEXT NOT NULL COLLATE NOCASE,
      name TEXT NOT NULL,
      position INTEGER NOT NULL,
      member TEXT NOT NULL,
      PRIMARY KEY (domain, name, position)
    ) WITHOUT ROWID;
    CREATE TRIGGER ring_group_members_left AFTER DELETE ON ring_groups BEGIN
      DELETE FROM ring_group_members WHERE domain = old.domain AND name = old.name;
    END;
    """ + counting("ring_groups")

  private static func counting(_ table: String) -> String {
    ["INSERT", "UPDATE", "DELETE"].map { change in
      """
      CREATE TRIGGER \(table)_\(change.lowercased()) AFTER \(change) ON \(table) BEGIN
        UPDATE revisions SET value = value + 1 WHERE name = 'subscribers';
      END;
      """
    }.joined(separator: "\n")
  }
}
