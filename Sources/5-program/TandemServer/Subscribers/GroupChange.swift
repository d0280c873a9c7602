import Softswitch

/// What is to be of a ring group, or to change of one: nil leaves it as it is, `.some(nil)` takes
/// it away.
package struct GroupChange: Equatable, Sendable {
  package var number: String??
  /// `parallel` or `serial`.
  package var strategy: String?
  package var members: [String]?
  /// Seconds.
  package var ringTimeout: Int?
  package var skipBusy: Bool?
  package var then: String??

  package init() {}

  package static let ringSeconds = 1...600

  /// Somebody whom the change names, under its key.
  var targets: [(key: String, target: String)] {
    (members ?? []).map { ("members", $0) } + (then.flatMap { $0 }.map { [("then", $0)] } ?? [])
  }

  func apply(to group: inout RingGroup) throws(ProvisioningRefusal) {
    if let number {
      if let number, !isDialTarget(number) || number.contains("@") || number.utf8.count > 32 {
        throw .invalid("number", "\"\(number.prefix(40))\" is no number to dial")
      }
      group.number = number
    }
    if let strategy {
      guard let strategy = RingGroup.Strategy(rawValue: strategy) else {
        throw .invalid("strategy", "strategy is parallel or serial")
      }
      group.strategy = strategy
    }
    if let members {
      guard 1...RingGroup.maximumMembers ~= members.count else {
        throw .invalid("members", "a group has 1 to \(RingGroup.maximumMembers) members")
      }
      guard !members.contains(where: group.isNamed) else {
        throw .invalid("members", "a group is no member of itself")
      }
      group.members = members
    }
    if let ringTimeout {
      guard Self.ringSeconds.contains(ringTimeout) else {
        throw .invalid("ringTimeout", "phones ring from 1 to 600 seconds")
      }
      group.ringTimeout = .seconds(ringTimeout)
    }
    if let skipBusy { group.skipsBusy = skipBusy }
    if let then { group.then = then }
  }
}

extension RingGroup {
  fileprivate func isNamed(_ target: String) -> Bool {
    target == address.user || target == address.description || target == number
  }
}
