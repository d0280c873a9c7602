import SIP

/// What a dialled name leads to within the node's domains.
package enum Destination: Equatable, Sendable {
  case subscriber(Subscriber)
  case group(RingGroup)

  package var address: AddressOfRecord {
    switch self {
    case .subscriber(let subscriber): subscriber.address
    case .group(let group): group.address
    }
  }
}

extension SubscriberDirectory {
  /// Who is meant by a Request-URI: a user or a group by name, else by number.
  package func destination(dialled uri: URI) -> Destination? {
    switch uri {
    case .sip(let uri):
      guard let address = address(of: uri) else { return nil }
      if let subscriber = subscriber(address) { return .subscriber(subscriber) }
      if let group = group(address) { return .group(group) }
      return destination(number: address.user)
    case .tel(let uri):
      return destination(number: uri.digits)
    case .other:
      return nil
    }
  }

  private func destination(number: String) -> Destination? {
    if let subscriber = subscriber(number: number) { return .subscriber(subscriber) }
    return group(number: number).map { .group($0) }
  }

  /// The URI that a name in somebody's settings stands for: a user, a group or a number of the
  /// domain, `user@domain`, or a whole URI. Nil for what can be none of them.
  package func uri(named name: String, in domain: String) -> URI? {
    if name.hasPrefix("sip:") || name.hasPrefix("sips:") || name.hasPrefix("tel:") {
      return URI(name)
    }
    if let address = AddressOfRecord(text: name) { return .sip(address.uri) }
    guard !name.isEmpty, !name.contains("@") else { return nil }
    return .sip(AddressOfRecord(user: name, domain: domain).uri)
  }

  /// The subscribers of a group in their order, those of the groups in it in their place, each
  /// once.
  package func members(of group: RingGroup) -> [Subscriber] {
    var found: [Subscriber] = []
    var seen: Set<AddressOfRecord> = [group.address]
    gather(group, depth: 1, into: &found, &seen)
    return found
  }

  private func gather(
    _ group: RingGroup, depth: Int, into found: inout [Subscriber],
    _ seen: inout Set<AddressOfRecord>
  ) {
    for name in group.members where found.count < RingGroup.maximumMembers {
      guard let uri = uri(named: name, in: group.address.domain),
        let member = destination(dialled: uri), seen.insert(member.address).inserted
      else { continue }
      switch member {
      case .subscriber(let subscriber): found.append(subscriber)
      case .group(let inner):
        if depth < RingGroup.maximumDepth {
          gather(inner, depth: depth + 1, into: &found, &seen)
        }
      }
    }
  }
}

extension AddressOfRecord {
  /// Reads `user@domain`.
  package init?(text: String) {
    guard let at = text.lastIndex(of: "@"), at != text.startIndex,
      text.index(after: at) != text.endIndex
    else { return nil }
    self.init(user: String(text[..<at]), domain: String(text[text.index(after: at)...]))
  }
}
