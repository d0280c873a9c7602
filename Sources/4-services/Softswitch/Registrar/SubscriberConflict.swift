/// Why subscribers cannot stand in one directory.
package enum SubscriberConflict: Error, Equatable, Sendable {
  /// The same address twice, in these two places.
  case duplicate(AddressOfRecord, Subscriber.Origin, Subscriber.Origin)
  case numberTaken(String, by: AddressOfRecord, and: AddressOfRecord)
  case unknownDomain(AddressOfRecord)
  /// A group has the name of a subscriber or of another group.
  case nameTaken(AddressOfRecord)
}

extension SubscriberConflict: CustomStringConvertible {
  package var description: String {
    switch self {
    case .duplicate(let address, let first, let second) where first == second:
      "subscriber \(address) is in the \(first.rawValue) twice"
    case .duplicate(let address, _, _):
      "subscriber \(address) is both in the configuration and in the database; "
        + "remove it from one of them"
    case .numberTaken(let number, let holder, let other):
      "number \(number) belongs to both \(holder) and \(other)"
    case .unknownDomain(let address):
      "\(address) is in a domain that the configuration does not name"
    case .nameTaken(let address):
      "the group \(address) has the name of a subscriber or of another group"
    }
  }
}
