import CallControl
import Machines

/// Everything that the switch knows as a notifier (RFC 6665 §4.2).
struct Notifier {
  let policy = SubscriptionPolicy()
  private(set) var subscriptions = SubscriptionTable()
  /// Those that are over, or only asked, and have their last NOTIFY to get.
  private(set) var departing: [String: Subscription] = [:]
  var notifications: [String: Notification] = [:]
  /// By watcher: subscriptions on their way to the record.
  private var pending: [AddressOfRecord: Int] = [:]
  /// By party: calls of those whose dialogs or presence somebody watches.
  private(set) var watchedCalls: [String: WatchedCalls] = [:]

  struct WatchedCalls {
    let address: AddressOfRecord
    var calls: Set<CallID> = []
    /// How many subscriptions watch.
    fileprivate var watchers = 0
  }

  subscript(id: String) -> Subscription? { subscriptions[id] ?? departing[id] }

  // MARK: Limits

  /// Whether one more is within the limits; if so it counts until `settle`.
  mutating func admit(_ watcher: AddressOfRecord) throws(RequestRefusal) {
    let held = subscriptions.ids(of: watcher).count + pending[watcher, default: 0]
    guard held < policy.maximumPerWatcher else {
      throw RequestRefusal(403, "Too Many Subscriptions")
    }
    // A fetch is over with its NOTIFY; until then it counts too.
    guard subscriptions.count + pending.count + departing.count < policy.maximumSubscriptions else {
      throw RequestRefusal(503, headers: [.init(.retryAfter, "60")])
    }
    pending[watcher, default: 0] += 1
  }

  mutating func settle(_ watcher: AddressOfRecord) {
    guard let count = pending[watcher] else { return }
    pending[watcher] = count > 1 ? count - 1 : nil
  }

  // MARK: Changes

  /// - Returns: whether the resource's calls have to be found: nobody watched them before.
  mutating func keep(_ subscription: Subscription) -> Bool {
    let isNew = subscriptions[subscription.id] == nil
    subscriptions.keep(subscription)
    guard isNew, subscription.event.showsCalls else { return false }
    let party = subscription.resource.description
    let isFirst = watchedCalls[party] == nil
    watchedCalls[party, default: WatchedCalls(address: subscription.resource)].watchers += 1
    return isFirst
  }

  mutating func remove(_ id: String) {
    departing[id] = nil
    notifications[id] = nil
    removeFromTable(id)
  }

  /// Over, but for the last NOTIFY.
  mutating func depart(_ subscription: Subscription, reason: String) {
    removeFromTable(subscription.id)
    departing[subscription.id] = subscription
    notifications[subscription.id, default: Notification()].end(reason)
  }

  private mutating func removeFromTable(_ id: String) {
    guard let gone = subscriptions[id] else { return }
    subscriptions.remove(id)
    guard gone.event.showsCalls else { return }
    let party = gone.resource.description
    watchedCalls[party]?.watchers -= 1
    if watchedCalls[party]?.watchers == 0 { watchedCalls[party] = nil }
  }

  mutating func note(_ call: CallID, of party: String, isOver: Bool) {
    if isOver {
      watchedCalls[party]?.calls.remove(call)
    } else {
      watchedCalls[party]?.calls.insert(call)
    }
  }
}

extension EventPackage {
  /// Whether calls are part of the state.
  var showsCalls: Bool { self != .registration }
}
