import Machines

/// A phone that a call tries.
package struct Fork: Equatable, Sendable {
  package var binding: Binding
  /// Other flows to the same phone, for when this one has failed.
  package var spares: [Binding] = []
}

extension Registrar {
  /// The phones as a call tries them: those of the highest q together, then those of the next
  /// (RFC 3261 §16.6). Of one phone's bindings, known by its instance, only one is tried at a time
  /// (RFC 5626 §7): the one that it prefers, else the one that it registered last.
  package func forks(for aor: AddressOfRecord, at now: WallTime) -> [[Fork]] {
    let bindings = bindings(for: aor, at: now)
    if let only = bindings.first, bindings.count == 1 { return [[Fork(binding: only)]] }
    var forks: [Fork] = []
    for binding in bindings {
      let place = forks.firstIndex { $0.binding.isOfSamePhone(as: binding) }
      if let place { forks[place].add(binding) } else { forks.append(Fork(binding: binding)) }
    }
    var groups: [[Fork]] = []
    // The sort keeps the order of equals.
    for fork in forks.sorted(by: { $0.binding.q > $1.binding.q }) {
      if let q = groups.last?.first?.binding.q, q == fork.binding.q {
        groups[groups.count - 1].append(fork)
      } else {
        groups.append([fork])
      }
    }
    return groups
  }
}

extension Fork {
  fileprivate mutating func add(_ other: Binding) {
    let all = ([binding] + spares + [other]).sorted { $0.isBetter(than: $1) }
    (binding, spares) = (all[0], Array(all.dropFirst()))
  }
}

extension Binding {
  fileprivate func isOfSamePhone(as other: Binding) -> Bool {
    instance != nil && instance == other.instance
  }

  fileprivate func isBetter(than other: Binding) -> Bool {
    (q, registeredAt) > (other.q, other.registeredAt)
  }
}
