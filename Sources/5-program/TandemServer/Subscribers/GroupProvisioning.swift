import Foundation
import Softswitch
import Storage

/// Changes ring groups in the database, by the rules that hold for the configuration file too, and
/// lists those of both; for the API and for the command line.
///
/// Every function may wait for the disk.
package struct GroupProvisioning: Sendable {
  let configuration: Configuration
  let store: Store

  package init(_ configuration: Configuration, _ store: Store) {
    self.configuration = configuration
    self.store = store
  }

  // MARK: Looking

  /// All of them, by domain and name.
  package func list() throws(ProvisioningRefusal) -> [GroupDocument] {
    let stored = try storing { () throws(StorageError) in try store.groups() }
    let known = configuration.domains.map(\.name)
    let all =
      configuration.ringGroups.map { GroupDocument($0) }
      + stored.filter { known.contains($0.domain) }.map { GroupDocument($0) }
    return all.sorted { $0.precedes(domain: $1.domain, name: $1.name) }
  }

  package func find(_ address: AddressOfRecord) throws(ProvisioningRefusal) -> GroupDocument {
    if let configured = configured(address) { return GroupDocument(configured) }
    let record = try storing { () throws(StorageError) in
      try store.group(name: address.user, domain: address.domain)
    }
    guard let record else { throw .unknownGroup(address) }
    return GroupDocument(record)
  }

  // MARK: Changing

  /// Adds a group of the database; what the change does not name is as in a new one.
  package func add(
    _ address: AddressOfRecord, _ change: GroupChange
  ) throws(ProvisioningRefusal) -> GroupDocument {
    try mustNotStand(address)
    guard isDialTarget(address.user), !address.user.contains(":") else {
      throw .invalid("name", "\"\(address.user.prefix(40))\" is no name to dial")
    }
    guard change.members != nil else { throw .invalid("members", "the members are missing") }
    try checkTargets(of: change, in: address.domain)
    var group = RingGroup(address: address, members: [], origin: .database)
    try change.apply(to: &group)
    let record = GroupRecord(group, created: Int64(Date().timeIntervalSince1970 * 1_000_000_000))
    try mustFit(group, replacing: false)
    try storing { () throws(StorageError) in try store.addGroup(record) }
    return GroupDocument(record)
  }

  package func change(
    _ address: AddressOfRecord, _ change: GroupChange
  ) throws(ProvisioningRefusal) -> GroupDocument {
    try mustNotStand(address)
    try checkTargets(of: change, in: address.domain)
    // What is dialled for it may be somebody's of the file, whom the database does not know.
    if case .some(.some) = change.number {
      let record = try storing { () throws(StorageError) in
        try store.group(name: address.user, domain: address.domain)
      }
      guard let record else { throw .unknownGroup(address) }
      var group = RingGroup(record)
      try change.apply(to: &group)
      try mustFit(group, replacing: true)
    }
    var refusal: ProvisioningRefusal?
    do throws(StorageError) {
      try store.changeGroup(name: address.user, domain: address.domain) { record in
        var group = RingGroup(record)
        do throws(ProvisioningRefusal) { try change.apply(to: &group) } catch {
          refusal = error
          throw error
        }
        record = GroupRecord(group, created: record.created)
      }
    } catch {
      throw refusal ?? ProvisioningRefusal(error)
    }
    return try find(address)
  }

  package func remove(_ address: AddressOfRecord) throws(ProvisioningRefusal) {
    try mustNotStand(address)
    try storing { () throws(StorageError) in
      try store.removeGroup(name: address.user, domain: address.domain)
    }
  }

  // MARK: Rules

  /// The YAML file is the only place to change what it says.
  private func mustNotStand(_ address: AddressOfRecord) throws(ProvisioningRefusal) {
    if configured(address) != nil { throw .configuredGroup(address) }
  }

  private func configured(_ address: AddressOfRecord) -> RingGroup? {
    configuration.ringGroups.first { $0.address == address }
  }

  private func checkTargets(
    of change: GroupChange, in domain: String
  ) throws(ProvisioningRefusal) {
    try DialTargetCheck(configuration: configuration, store: store)
      .check(change.targets, in: domain)
  }

  /// What the file says is as much in the way as what the database has.
  private func mustFit(
    _ group: RingGroup, replacing: Bool
  ) throws(ProvisioningRefusal) {
    if let service = configuration.services.numbers.first(where: {
      $0.number == group.address.user || $0.number == group.number
    }) {
      throw .numberTaken("\(service.number) is the number of the \(service.title)")
    }
    do {
      try Node.check(group, replacing: replacing, configuration, store)
    } catch let error as StorageError {
      throw ProvisioningRefusal(error)
    } catch let conflict as SubscriberConflict {
      if case .nameTaken = conflict, !replacing, (try? find(group.address)) != nil {
        throw .duplicateGroup(group.address)
      }
      throw .numberTaken("\(conflict)")
    } catch {
      throw .conflict("\(error)")
    }
  }

  private func storing<Value>(
    _ body: () throws(StorageError) -> Value
  ) throws(ProvisioningRefusal) -> Value {
    do throws(StorageError) { return try body() } catch { throw ProvisioningRefusal(error) }
  }
}

extension GroupDocument {
  func precedes(domain: String, name: String) -> Bool {
    guard self.domain == domain else {
      return self.domain.utf8.lexicographicallyPrecedes(domain.utf8)
    }
    return self.name.utf8.lexicographicallyPrecedes(name.utf8)
  }
}
