/// Several subscribers who take calls under one name.
package struct RingGroup: Equatable, Sendable {
  package enum Strategy: String, Equatable, Sendable, CaseIterable {
    /// All at once.
    case parallel
    /// One member after the other.
    case serial
  }

  package var address: AddressOfRecord
  /// What else is dialled for it: an extension such as `600`, or an E.164 number.
  package var number: String?
  package var strategy: Strategy
  /// Users, `user@domain` or numbers; of subscribers, or of other groups.
  package var members: [String]
  /// How long all of them ring, or each one of a serial group.
  package var ringTimeout: Duration
  /// Members who are in a call are passed over.
  package var skipsBusy: Bool
  /// Where a call goes that no member has taken.
  package var then: String?
  package var origin: Subscriber.Origin

  package init(
    address: AddressOfRecord, number: String? = nil, strategy: Strategy = .parallel,
    members: [String], ringTimeout: Duration = .seconds(20), skipsBusy: Bool = false,
    then: String? = nil, origin: Subscriber.Origin
  ) {
    self.address = address
    self.number = number
    self.strategy = strategy
    self.members = members
    self.ringTimeout = ringTimeout
    self.skipsBusy = skipsBusy
    self.then = then
    self.origin = origin
  }

  /// The most members of one group, those of the groups in it counted too.
  package static let maximumMembers = 100
  /// How deep groups may lie in each other.
  package static let maximumDepth = 4
}
