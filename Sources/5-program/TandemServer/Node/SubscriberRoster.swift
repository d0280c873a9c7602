import Addressing
import Softswitch
import Storage

/// Builds the directory of subscribers from the YAML file and the database.
struct SubscriberRoster {
  let configuration: Configuration
  let store: Store

  /// Hashed once: the passwords in the file are not needed again.
  private let configured: [Subscriber]

  init(_ configuration: Configuration, _ store: Store) throws {
    self.configuration = configuration
    self.store = store
    configured = try Self.subscribers(of: configuration)
  }

  /// - Throws: `SubscriberConflict` for a subscriber or number in both places, `StorageError`.
  func directory(
    adding group: RingGroup? = nil, replacing: Bool = false
  ) throws -> SubscriberDirectory {
    var subscribers = configured
    try store.forEachSubscriber { record in
      guard configuration.domains.contains(where: { $0.name == record.domain }) else { return }
      let address = AddressOfRecord(user: record.user, domain: record.domain)
      guard let hashes = CredentialHashes(record.hashes) else {
        throw UnreadableHashes(subscriber: address)
      }
      subscribers.append(
        Subscriber(
          address: address, number: record.number, hashes: hashes,
          settings: SubscriberSettings(record.settings).inheriting(
            from: configuration.domains.first { $0.name == record.domain }),
          origin: .database))
    }
    let stored = try store.groups().compactMap { record in
      configuration.domains.contains { $0.name == record.domain } ? RingGroup(record) : nil
    }
    let others = stored.filter { !replacing || $0.address != group?.address }
    return try Self.directory(configuration, subscribers, others + [group].compactMap { $0 })
  }

  /// Checks the file alone.
  static func check(_ configuration: Configuration) throws {
    try directory(configuration, subscribers(of: configuration), []).expectNoDanglingTargets(
      configuration)
  }

  private static func directory(
    _ configuration: Configuration, _ subscribers: [Subscriber], _ stored: [RingGroup]
  ) throws -> SubscriberDirectory {
    try SubscriberDirectory(
      domains: configuration.domains.map(\.name), addresses: configuration.ownAddresses,
      subscribers: subscribers, groups: configuration.ringGroups + stored)
  }

  private static func subscribers(of configuration: Configuration) throws -> [Subscriber] {
    try configuration.domains.flatMap { domain in
      try domain.subscribers.map { subscriber in
        let address = AddressOfRecord(user: subscriber.user, domain: domain.name)
        let hashes: CredentialHashes
        switch subscriber.credential {
        case .password(let secret):
          hashes = CredentialHashes(
            user: subscriber.user, realm: domain.name, password: secret.clearText)
        case .hashes(let given):
          guard
            let read = CredentialHashes(
              md5: given.md5?.clearText, sha256: given.sha256?.clearText,
              sha512_256: given.sha512_256?.clearText)
          else { throw UnreadableHashes(subscriber: address) }
          hashes = read
        }
        return Subscriber(
          address: address, number: subscriber.number, hashes: hashes,
          settings: subscriber.settings.inheriting(from: domain), origin: .configuration)
      }
    }
  }
}

/// A stored password hash is not what its algorithm makes.
struct UnreadableHashes: Error, CustomStringConvertible {
  let subscriber: AddressOfRecord

  var description: String {
    "the password hashes of \(subscriber) are not hexadecimal of the right length; "
      + "set the password again"
  }
}

extension Configuration {
  /// Addresses that mean this node in a URI.
  var ownAddresses: Set<IPAddress> {
    Set(sip.listen.flatMap { [$0.bound.address, $0.advertised?.address].compactMap { $0 } })
  }
}

extension PasswordHashes {
  /// The three HA1 values of RFC 8760 in lower-case hexadecimal.
  package init(_ hashes: CredentialHashes) {
    self.init(
      md5: hashes.hexadecimal(.md5), sha256: hashes.hexadecimal(.sha256),
      sha512_256: hashes.hexadecimal(.sha512_256))
  }
}

extension CredentialHashes {
  fileprivate init?(_ hashes: PasswordHashes) {
    self.init(md5: hashes.md5, sha256: hashes.sha256, sha512_256: hashes.sha512_256)
  }
}
