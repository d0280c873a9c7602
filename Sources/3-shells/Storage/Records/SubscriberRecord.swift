/// A subscriber as the database keeps it.
package struct SubscriberRecord: Equatable, Sendable {
  package var domain: String
  package var user: String
  /// The E.164 number that also reaches the subscriber, with its `+`.
  package var number: String?
  package var hashes: PasswordHashes
  package var settings: SettingsRecord
  /// Nanoseconds since the Unix epoch.
  package var created: Int64

  package init(
    domain: String, user: String, number: String? = nil, hashes: PasswordHashes,
    settings: SettingsRecord = SettingsRecord(), created: Int64
  ) {
    self.domain = domain
    self.user = user
    self.number = number
    self.hashes = hashes
    self.settings = settings
    self.created = created
  }
}

/// A password as digest authentication needs it (HA1 of RFC 7616 §3.4.2), in lower-case
/// hexadecimal, one per algorithm.
///
/// Whoever has a hash can log in with it, so that it never shows in a description.
package struct PasswordHashes: Equatable, Sendable {
  package var md5: String?
  package var sha256: String?
  package var sha512_256: String?

  package init(md5: String? = nil, sha256: String? = nil, sha512_256: String? = nil) {
    self.md5 = md5
    self.sha256 = sha256
    self.sha512_256 = sha512_256
  }
}

extension PasswordHashes: CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{
  package var description: String { "•••" }
  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: []) }
}
