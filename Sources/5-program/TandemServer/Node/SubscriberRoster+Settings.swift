import SIP
import Softswitch
import Storage

// Settings and groups, as the database keeps them and as the exchange knows them.

extension SubscriberSettings {
  package init(_ record: SettingsRecord) {
    self.init(
      forward: Forwarding(
        always: record.forwardAlways, busy: record.forwardBusy,
        noAnswer: record.forwardNoAnswer.map {
          Forwarding.NoAnswer(to: $0, after: record.noAnswerAfter.map { .milliseconds($0) })
        }, unregistered: record.forwardUnregistered),
      doNotDisturb: record.doNotDisturb, maximumCalls: record.maximumCalls,
      // A rule that this program does not know allows nothing.
      mayCall: record.mayCall.map { $0.compactMap { DialRule($0) } })
  }

  func inheriting(from domain: Configuration.Domain?) -> SubscriberSettings {
    var settings = self
    settings.mayCall = mayCall ?? domain?.mayCall
    return settings
  }
}

extension SettingsRecord {
  package init(_ settings: SubscriberSettings) {
    let forward = settings.forward
    self.init(
      forwardAlways: forward.always, forwardBusy: forward.busy,
      forwardNoAnswer: forward.noAnswer?.to,
      noAnswerAfter: forward.noAnswer?.after.map { Int64($0 / .milliseconds(1)) },
      forwardUnregistered: forward.unregistered, doNotDisturb: settings.doNotDisturb,
      maximumCalls: settings.maximumCalls, mayCall: settings.mayCall?.map(\.text))
  }
}

extension RingGroup {
  package init(_ record: GroupRecord) {
    self.init(
      address: AddressOfRecord(user: record.name, domain: record.domain), number: record.number,
      strategy: Strategy(rawValue: record.strategy) ?? .parallel, members: record.members,
      ringTimeout: .milliseconds(record.ringTimeout), skipsBusy: record.skipsBusy,
      then: record.then, origin: .database)
  }
}

extension Configuration {
  package var ringGroups: [RingGroup] {
    groups.map { group in
      RingGroup(
        address: AddressOfRecord(user: group.name, domain: domain(of: group)),
        number: group.number, strategy: group.strategy, members: group.members,
        ringTimeout: group.ringTimeout, skipsBusy: group.skipBusy, then: group.then,
        origin: .configuration)
    }
  }
}

extension Node {
  /// Everybody whom a node with this file and this database would know.
  package static func directory(
    _ configuration: Configuration, _ store: Store
  ) throws -> SubscriberDirectory {
    try SubscriberRoster(configuration, store).directory()
  }

  /// - Parameter replacing: the database has a group of this name, which is to become this one.
  /// - Throws: `SubscriberConflict` if the group's name or number is taken.
  static func check(
    _ group: RingGroup, replacing: Bool, _ configuration: Configuration, _ store: Store
  ) throws {
    _ = try SubscriberRoster(configuration, store).directory(adding: group, replacing: replacing)
  }
}

extension GroupRecord {
  package init(_ group: RingGroup, created: Int64) {
    self.init(
      domain: group.address.domain, name: group.address.user, number: group.number,
      strategy: group.strategy.rawValue, members: group.members,
      ringTimeout: Int64(group.ringTimeout / .milliseconds(1)), skipsBusy: group.skipsBusy,
      then: group.then, created: created)
  }
}

extension SubscriberDirectory {
  /// Whether a target of somebody's settings leads anywhere.
  package func leadsSomewhere(
    _ target: String, in domain: String, services: [String]
  ) -> Bool {
    guard let uri = uri(named: target, in: domain) else { return false }
    if destination(dialled: uri) != nil { return true }
    switch uri {
    case .sip(let uri):
      return self.domain(ofHost: uri.host) != nil && services.contains(uri.userDecoded ?? "")
    case .tel(let uri): return services.contains(uri.digits)
    case .other: return false
    }
  }

  /// - Throws: `DanglingTargets` for what the configuration file says that leads nowhere.
  func expectNoDanglingTargets(_ configuration: Configuration) throws {
    var names: [String] = []
    func check(_ target: String?, of owner: String, _ key: String, in domain: String) {
      guard let target,
        !leadsSomewhere(target, in: domain, services: configuration.services.numbers.map(\.number))
      else { return }
      names.append("\(owner): \(key): \(target) leads nowhere")
    }
    for domain in configuration.domains {
      for subscriber in domain.subscribers {
        let (forward, owner) = (subscriber.settings.forward, "\(subscriber.user)@\(domain.name)")
        check(forward.always, of: owner, "forward.always", in: domain.name)
        check(forward.busy, of: owner, "forward.busy", in: domain.name)
        check(forward.noAnswer?.to, of: owner, "forward.noAnswer", in: domain.name)
        check(forward.unregistered, of: owner, "forward.unregistered", in: domain.name)
      }
    }
    for group in configuration.groups {
      let domain = configuration.domain(of: group)
      for member in group.members {
        check(member, of: "group \(group.name)", "members", in: domain)
      }
      check(group.then, of: "group \(group.name)", "then", in: domain)
    }
    if !names.isEmpty { throw DanglingTargets(names: names) }
  }
}
