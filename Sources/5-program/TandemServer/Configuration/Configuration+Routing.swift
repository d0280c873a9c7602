import Softswitch

extension Configuration {
  /// How calls find their way.
  package struct Routing: Equatable, Sendable {
    /// How often one call may be sent on.
    package var maximumDiversions = 5
    /// What a caller hears of a subscriber who is not to be disturbed.
    package var doNotDisturbStatus = 480
  }

  /// A ring group.
  package struct Group: Equatable, Sendable {
    package var name = ""
    /// Nil: the first domain.
    package var domain: String?
    package var number: String?
    package var strategy = RingGroup.Strategy.parallel
    package var members: [String] = []
    package var ringTimeout = Duration.seconds(20)
    package var skipBusy = false
    package var then: String?
  }

  package func domain(of group: Group) -> String {
    group.domain ?? domains.first?.name ?? ""
  }
}
