/// A ring group as the database keeps it.
package struct GroupRecord: Equatable, Sendable {
  package var domain: String
  package var name: String
  /// What else is dialled for it.
  package var number: String?
  /// `parallel` or `serial`.
  package var strategy: String
  /// Users, `user@domain` or numbers, in their order.
  package var members: [String]
  /// Milliseconds.
  package var ringTimeout: Int64
  package var skipsBusy: Bool
  /// Where a call goes that no member has taken.
  package var then: String?
  /// Nanoseconds since the Unix epoch.
  package var created: Int64

  package init(
    domain: String, name: String, number: String? = nil, strategy: String, members: [String],
    ringTimeout: Int64, skipsBusy: Bool = false, then: String? = nil, created: Int64
  ) {
    self.domain = domain
    self.name = name
    self.number = number
    self.strategy = strategy
    self.members = members
    self.ringTimeout = ringTimeout
    self.skipsBusy = skipsBusy
    self.then = then
    self.created = created
  }
}
