import Machines
import SIP

/// A subscription to a resource's state (RFC 6665 §4.2): what must outlive the process.
package struct Subscription: Equatable, Sendable {
  /// Our tag in its dialog, which names it.
  package let id: String
  package let watcher: AddressOfRecord
  package let resource: AddressOfRecord
  package let event: EventPackage
  /// The `id` of the Event header, by which a subscriber tells its subscriptions of one dialog.
  package let eventID: String?
  /// Its own number is not kept in it: see `Notification.number`.
  package var dialog: Dialog
  /// Where NOTIFY requests go.
  package var flow: BindingFlow
  package let createdAt: WallTime
  package var expiresAt: WallTime

  package init(
    id: String, watcher: AddressOfRecord, resource: AddressOfRecord, event: EventPackage,
    eventID: String?, dialog: Dialog, flow: BindingFlow, createdAt: WallTime, expiresAt: WallTime
  ) {
    self.id = id
    self.watcher = watcher
    self.resource = resource
    self.event = event
    self.eventID = eventID
    self.dialog = dialog
    self.flow = flow
    self.createdAt = createdAt
    self.expiresAt = expiresAt
  }

  /// The value of Event.
  var eventText: String { eventID.map { "\(event.rawValue);id=\($0)" } ?? event.rawValue }

  var watched: WatchedState { WatchedState(resource: resource, event: event) }

  /// Seconds that are left, at least 0.
  func secondsLeft(at now: WallTime) -> Int64 {
    max(0, (expiresAt.nanoseconds &- now.nanoseconds &+ 500_000_000) / 1_000_000_000)
  }
}

/// What a subscription is to.
struct WatchedState: Hashable {
  let resource: AddressOfRecord
  let event: EventPackage
}
