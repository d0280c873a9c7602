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
  private var algorithms: [String: Set<DigestAlgorithm>] = [:]

  /// - Parameter addresses: the node's own, which stand for the first domain.
  package init(
    domains: [String], addresses: Set<IPAddress> = [],
    subscribers: some Sequence<Subscriber> = []
  ) throws(SubscriberConflict) {
    self.domains = domains.map { AddressOfRecord.canonical(domain: $0) }
    ownAddresses = addresses
    for subscriber in subscribers { try add(subscriber) }
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
    numbers[Self.withoutSeparators(number)].flatMap { subscribers[$0] }
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
    if let number = subscriber.number.map(Self.withoutSeparators) {
      let spellings = number.hasPrefix("+") ? [number, String(number.dropFirst())] : [number]
      for spelling in spellings {
        if let holder = numbers.updateValue(address, forKey: spelling) {
          throw .numberTaken(number, by: holder, and: address)
        }
      }
    }
    subscribers[address] = subscriber
    algorithms[address.domain] = algorithms(in: address.domain)
      .intersection(subscriber.hashes.algorithms)
  }

  private static func withoutSeparators(_ number: String) -> String {
    number.contains(where: isSeparator) ? String(number.filter { !isSeparator($0) }) : number
  }

  private static func isSeparator(_ character: Character) -> Bool {
    character == "-" || character == "." || character == "(" || character == ")"
  }
}
