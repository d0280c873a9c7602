import Machines
import Softswitch
import Storage

/// A ring group as the API and the command line show it.
package struct GroupDocument: Codable, Equatable, Sendable {
  /// `name@domain`.
  package var id: String
  package var name: String
  package var domain: String
  /// What else is dialled for it.
  package var number: String?
  package var strategy: String
  package var members: [String]
  /// Seconds that all members ring, or each one of a serial group.
  package var ringTimeout: Int
  package var skipBusy: Bool
  /// Where a call goes that no member has taken.
  package var then: String?
  /// `configuration` or `database`.
  package var origin: String
  /// ISO 8601, UTC; unknown of those in the file.
  package var created: String?

  init(_ group: RingGroup, created: Int64? = nil) {
    id = group.address.description
    name = group.address.user
    domain = group.address.domain
    number = group.number
    strategy = group.strategy.rawValue
    members = group.members
    ringTimeout = Int(group.ringTimeout / .seconds(1))
    skipBusy = group.skipsBusy
    then = group.then
    origin = group.origin.rawValue
    self.created = created.map { WallTime(nanoseconds: $0).description }
  }

  init(_ record: GroupRecord) {
    self.init(RingGroup(record), created: record.created)
  }
}
