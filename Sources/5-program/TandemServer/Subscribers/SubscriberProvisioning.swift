import Foundation
import Softswitch
import Storage

/// Changes subscribers in the database, by the rules that hold for the configuration file too, and
/// lists those of both. The API and the command line go this way, whether or not the node runs.
///
/// Every function may wait for the disk.
package struct SubscriberProvisioning: Sendable {
  let configuration: Configuration
  let store: Store

  package init(_ configuration: Configuration, _ store: Store) {
    self.configuration = configuration
    self.store = store
  }

  // MARK: Looking

  /// A page of the subscribers of the file and of the database, by domain and user.
  package func list(
    domain: String?, after: AddressOfRecord?, limit: Int
  ) throws(ProvisioningRefusal) -> [SubscriberDocument] {
    let known = configuration.domains.map(\.name)
    let configured = configuration.domains.lazy
      .filter { domain == nil || $0.name == domain }
      .flatMap { domain in domain.subscribers.map { (domain: domain.name, subscriber: $0) } }
      .filter { entry in
        after.map { $0.precedes(user: entry.subscriber.user, domain: entry.domain) } ?? true
      }
      .map { SubscriberDocument($0.subscriber, domain: $0.domain) }
    var all = Array(configured)
    let stored = try storing { () throws(StorageError) in
      try store.subscribers(
        domain: domain, after: after.map { ($0.domain, $0.user) }, limit: limit)
    }
    all += stored.filter { known.contains($0.domain) }.map { SubscriberDocument($0) }
    all.sort { $0.address.precedes(user: $1.user, domain: $1.domain) }
    return Array(all.prefix(limit))
  }

  package func find(_ address: AddressOfRecord) throws(ProvisioningRefusal) -> SubscriberDocument {
    if let configured = configuration.subscriber(address) {
      return SubscriberDocument(configured, domain: address.domain)
    }
    let record = try storing { () throws(StorageError) in
      try store.subscriber(user: address.user, domain: address.domain)
    }
    guard let record else { throw .unknown(address) }
    return SubscriberDocument(record)
  }

  /// `user@domain`, or a user of the node's first domain.
  package func address(_ text: String) throws(ProvisioningRefusal) -> AddressOfRecord {
    let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    guard let user = parts.first, !user.isEmpty, let first = configuration.domains.first else {
      throw .invalid("subscriber", "\"\(text)\" is no subscriber: write user or user@domain")
    }
    let domain = parts.count == 2 ? parts[1].lowercased() : first.name
    guard configuration.domains.contains(where: { $0.name == domain }) else {
      let known = configuration.domains.map(\.name).joined(separator: ", ")
      throw .invalid(
        "domain", "\(domain) is not a domain of this node, which serves \(known)")
    }
    return AddressOfRecord(user: String(user), domain: domain)
  }

  // MARK: Changing

  package func add(
    _ address: AddressOfRecord, number: String?, _ credential: Configuration.Credential,
    _ change: SettingsChange = SettingsChange()
  ) throws(ProvisioningRefusal) -> SubscriberDocument {
    let user = try checked(address.user, .userName, as: "user")
    if let service = configuration.services.numbers.first(where: { $0.number == user }) {
      throw .invalid("user", "\(user) is the number of the \(service.title) (\(service.path))")
    }
    try mustNotStand(address)
    try mustNotNameGroup(address, number)
    try DialTargetCheck(configuration: configuration, store: store)
      .check(change.targets, in: address.domain)
    var settings = SubscriberSettings()
    try change.apply(to: &settings)
    let record = SubscriberRecord(
      domain: address.domain, user: user, number: try number.map(checkedNumber),
      hashes: try hashes(credential, of: address), settings: SettingsRecord(settings),
      created: Int64(Date().timeIntervalSince1970 * 1_000_000_000))
    try storing { () throws(StorageError) in try store.addSubscriber(record) }
    return SubscriberDocument(record)
  }

  /// Changes all that is named, or nothing.
  ///
  /// - Parameters:
  ///   - credential: nil: the password stays.
  ///   - number: nil: the number stays; `.some(nil)`: none from now on.
  package func change(
    _ address: AddressOfRecord, credential: Configuration.Credential? = nil,
    number: String?? = nil, settings: SettingsChange = SettingsChange()
  ) throws(ProvisioningRefusal) -> SubscriberDocument {
    try mustNotStand(address)
    let hashes = try credential.map { credential throws(ProvisioningRefusal) in
      try self.hashes(credential, of: address)
    }
    var checkedNumber = number
    if case .some(.some(let number)) = number {
      try mustNotNameGroup(address, number)
      checkedNumber = try self.checkedNumber(number)
    }
    try DialTargetCheck(configuration: configuration, store: store)
      .check(settings.targets, in: address.domain)
    try write(settings, of: address, hashes, checkedNumber)
    return try find(address)
  }

  private func write(
    _ settings: SettingsChange, of address: AddressOfRecord, _ hashes: PasswordHashes?,
    _ number: String??
  ) throws(ProvisioningRefusal) {
    // The settings are read and written in one transaction, so that of two changes at a time
    // neither is lost.
    var refusal: ProvisioningRefusal?
    func apply(_ record: inout SettingsRecord) throws {
      var changed = SubscriberSettings(record)
      do throws(ProvisioningRefusal) { try settings.apply(to: &changed) } catch {
        refusal = error
        throw error
      }
      record = SettingsRecord(changed)
    }
    do throws(StorageError) {
      try store.changeSubscriber(
        user: address.user, domain: address.domain, hashes: hashes, number: number,
        settings: settings == SettingsChange() ? nil : apply)
    } catch {
      throw refusal ?? ProvisioningRefusal(error)
    }
  }

  /// Removes a subscriber, with its registrations.
  package func remove(_ address: AddressOfRecord) throws(ProvisioningRefusal) {
    try mustNotStand(address)
    try storing { () throws(StorageError) in
      try store.removeSubscriber(user: address.user, domain: address.domain)
    }
  }

  // MARK: Rules

  /// The YAML file is the only place to change what it says.
  package func mustNotStand(_ address: AddressOfRecord) throws(ProvisioningRefusal) {
    if configuration.subscriber(address) != nil { throw .configured(address) }
  }

  /// What is dialled for a group, in the file or in the database, is no name or number of a
  /// subscriber.
  private func mustNotNameGroup(
    _ address: AddressOfRecord, _ number: String?
  ) throws(ProvisioningRefusal) {
    let stored = try storing { () throws(StorageError) in try store.groups() }
    let numbers = SubscriberDirectory.spellings(of: number)
    let group = (configuration.ringGroups + stored.map { RingGroup($0) }).first { group in
      let dialled = SubscriberDirectory.spellings(of: group.number)
      return group.address == address || dialled.contains(where: numbers.contains)
        || (dialled.contains(address.user) && group.address.domain == address.domain)
    }
    if let group {
      let names = [address.user, number].compactMap { $0 }.joined(separator: " or ")
      throw .numberTaken("\(names) is dialled for the group \(group.address)")
    }
  }

  private func checkedNumber(_ text: String) throws(ProvisioningRefusal) -> String {
    let number = try checked(text, .number, as: "number")
    for domain in configuration.domains {
      if let owner = domain.subscribers.first(where: { $0.number == number }) {
        throw .numberTaken(
          "number \(number) belongs to \(owner.user)@\(domain.name) in the configuration file")
      }
    }
    return number
  }

  private func hashes(
    _ credential: Configuration.Credential, of address: AddressOfRecord
  ) throws(ProvisioningRefusal) -> PasswordHashes {
    switch credential {
    case .password(let secret):
      let password = try checked(secret.clearText, .password, as: "password")
      return PasswordHashes(
        CredentialHashes(
          user: address.user, realm: address.domain, password: password.clearText))
    case .hashes(let given):
      guard given != Configuration.HashedPassword() else {
        throw .invalid("ha1", "ha1 holds no hash; give MD5, SHA-256 or SHA-512-256")
      }
      return PasswordHashes(
        md5: try checked(given.md5, digits: 32), sha256: try checked(given.sha256, digits: 64),
        sha512_256: try checked(given.sha512_256, digits: 64))
    }
  }

  private func checked(_ hash: Secret?, digits: Int) throws(ProvisioningRefusal) -> String? {
    guard let hash else { return nil }
    return try checked(hash.clearText, .hash(digits: digits), as: "ha1").clearText
  }

  private func checked<Value>(
    _ text: String, _ reader: ValueReader<Value>, as key: String
  ) throws(ProvisioningRefusal) -> Value {
    do { return try reader.parse(text, as: key) } catch { throw .invalid(key, error.message) }
  }

  private func storing<Value>(
    _ body: () throws(StorageError) -> Value
  ) throws(ProvisioningRefusal) -> Value {
    do throws(StorageError) { return try body() } catch { throw ProvisioningRefusal(error) }
  }
}

extension AddressOfRecord {
  /// In the order of the database.
  fileprivate func precedes(user: String, domain: String) -> Bool {
    guard self.domain == domain else {
      return self.domain.utf8.lexicographicallyPrecedes(domain.utf8)
    }
    return self.user.utf8.lexicographicallyPrecedes(user.utf8)
  }
}

extension Configuration {
  fileprivate func subscriber(_ address: AddressOfRecord) -> Subscriber? {
    domains.first { $0.name == address.domain }?.subscribers.first { $0.user == address.user }
  }
}
