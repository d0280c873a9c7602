import Addressing
import SIP

/// The node's domains and everybody in them, from the configuration and from the database: a
/// value that is replaced whole when either changes.
///
/// Users are looked up before numbers. Numbers belong to the node, not to a domain, so that one
/// domain's subscriber can dial another's. A number with a plus is also found without it, as many
/// keypads have none; `00`, `011` and other prefixes differ by country and are a dial plan's
/// business.
package struct SubscriberDirectory: Sendable {
  /// In the order of the configuration, canonical.
  package let domains: [String]
  private let ownAddresses: Set<IPAddress>
  private var subscribers: [AddressOfRecord: Subscriber] = [:]
  private var numbers: [String: AddressOfRecord] = [:]
  private var groups: [AddressOfRecord: RingGroup] = [:]
  private var groupNumbers: [String: AddressOfRecord] = [:]
  private var algorithms: [String: Set<DigestAlgorithm>] = [:]

  /// - Parameter addresses: the node's own, which stand for the first domain.
  package init(
    domains: [String], addresses: Set<IPAddress> = [],
    subscribers: some Sequence<Subscriber> = [], groups: some Sequence<RingGroup> = []
  ) throws(SubscriberConflict) {
    self.domains = domains.map { AddressOfRecord.canonical(domain: $0) }
    ownAddresses = addresses
    for subscriber in subscribers { try add(subscriber) }
    for group in groups { try add(group) }
  }

  package var count: Int { subscribers.count }
  package var addresses: Set<AddressOfRecord> { Set(subscribers.keys) }

  /// The domain that a host of a URI means; nil if it is none of ours.
  package func domain(ofHost host: String) -> String? {
    let name = AddressOfRecord.canonical(domain: host)
    if domains.contains(name) { return name }
    guard let address = IPAddress(name), ownAddresses.contains(address) else { return nil }
    return domains.first
  }

  package func subscriber(_ address: AddressOfRecord) -> Subscriber? {
    subscribers[address]
  }

  /// The address-of-record that a URI names in one of our domains, whether or not there is such a
  /// subscriber; nil elsewhere or without a user.
  package func address(of uri: SIPURI) -> AddressOfRecord? {
    guard let domain = domain(ofHost: uri.host), let user = uri.userDecoded, !user.isEmpty else {
      return nil
    }
    return AddressOfRecord(user: user, domain: domain)
  }

  /// Who is meant by a Request-URI or a To: by user, else by number.
  package func subscriber(dialled uri: URI) -> Subscriber? {
    switch uri {
    case .sip(let uri):
      guard let address = address(of: uri) else { return nil }
      return subscribers[address] ?? subscriber(number: address.user)
    case .tel(let uri):
      return subscriber(number: uri.digits)
    case .other:
      return nil
    }
  }

  /// Looks a dialled number up. `+1-555-0002`, `+15550002` and `15550002` are the same
  /// (RFC 3966 §5.1.1: visual separators carry no meaning).
  package func subscriber(number: String) -> Subscriber? {
    numbers[number.withoutSeparators].flatMap { subscribers[$0] }
  }

  package func group(_ address: AddressOfRecord) -> RingGroup? { groups[address] }

  package func group(number: String) -> RingGroup? {
    groupNumbers[number.withoutSeparators].flatMap { groups[$0] }
  }

  /// The algorithms that every subscriber of a domain has a hash for, thus those to offer.
  package func algorithms(in domain: String) -> Set<DigestAlgorithm> {
    algorithms[domain] ?? Set(DigestAlgorithm.allCases)
  }

  private mutating func add(_ subscriber: Subscriber) throws(SubscriberConflict) {
    let address = subscriber.address
    guard domains.contains(address.domain) else { throw .unknownDomain(address) }
    if let other = subscribers[address] {
      throw .duplicate(address, other.origin, subscriber.origin)
    }
    for spelling in Self.spellings(of: subscriber.number) {
      if let holder = numbers.updateValue(address, forKey: spelling) {
        throw .numberTaken(spelling, by: holder, and: address)
      }
    }
    subscribers[address] = subscriber
    algorithms[address.domain] = algorithms(in: address.domain)
      .intersection(subscriber.hashes.algorithms)
  }

  private mutating func add(_ group: RingGroup) throws(SubscriberConflict) {
    let address = group.address
    guard domains.contains(address.domain) else { throw .unknownDomain(address) }
    guard subscribers[address] == nil, groups[address] == nil else { throw .nameTaken(address) }
    for spelling in Self.spellings(of: group.number) {
      let named = AddressOfRecord(user: spelling, domain: address.domain)
      let holder =
        numbers[spelling] ?? groupNumbers[spelling] ?? subscribers[named]?.address
        ?? groups[named]?.address
      if let holder { throw .numberTaken(spelling, by: holder, and: address) }
      groupNumbers[spelling] = address
    }
    groups[address] = group
  }

  /// As it is written, and without its plus.
  package static func spellings(of number: String?) -> [String] {
    guard let number = number?.withoutSeparators else { return [] }
    return number.hasPrefix("+") ? [number, String(number.dropFirst())] : [number]
  }
}

extension String {
  /// RFC 3966 §5.1.1: visual separators carry no meaning.
  var withoutSeparators: String {
    contains(where: \.isSeparator) ? filter { !$0.isSeparator } : self
  }
}

extension Character {
  fileprivate var isSeparator: Bool {
    self == "-" || self == "." || self == "(" || self == ")"
  }
}
