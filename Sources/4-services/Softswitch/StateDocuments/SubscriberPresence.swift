import CallControl
import Machines

/// What is known of whether somebody can be reached, for an operator.
package struct SubscriberPresence: Equatable, Sendable {
  /// Contacts that are registered.
  package var contacts: Int
  /// Calls that it makes or gets, those that ring included.
  package var calls: Int
  /// As watchers are told: by what its phones have published, else by whether one is registered.
  package var isOpen: Bool
  /// RFC 4480 §3.2, each once.
  package var activities: [String]
  package var notes: [String]
  /// How many of its phones have published something.
  package var publications: Int
}

extension Exchange {
  /// Nil if there is no such subscriber.
  package func presence(of address: AddressOfRecord, now: Now) -> SubscriberPresence? {
    guard directory.subscriber(address) != nil else { return nil }
    let published = publications.presence(of: address)
    let contacts = registrar.bindings(for: address, at: now.wall).count
    let party = address.description
    let isOnThePhone =
      usage.calls(of: party) > 0
      && switchboard.all.contains { call in
        call.release == nil && call.answeredAt != nil
          && call.legs.contains { $0.party == party && $0.isTalking }
      }
    let state = PresenceState(
      published: published, isRegistered: contacts > 0, isOnThePhone: isOnThePhone,
      address: address.uri.text)
    return SubscriberPresence(
      contacts: contacts, calls: usage.calls(of: party),
      isOpen: state.tuples.contains(where: \.isOpen), activities: state.activities,
      notes: state.notes + state.tuples.flatMap(\.notes), publications: published.count)
  }
}

extension Leg {
  fileprivate var isTalking: Bool {
    switch stage {
    case .answered, .confirmed: true
    case .inviting, .ringing, .cancelling, .hangingUp, .ended: false
    }
  }
}
