import Machines
import SIP

/// The subscriptions of all: by our tag, by what they watch, by who watches.
///
/// Like the registrar's bindings they change only by what is on record first: `keep` and `remove`
/// are called when the record has it.
struct SubscriptionTable {
  private var entries: [String: Subscription] = [:]
  private var watchers: [WatchedState: [String]] = [:]
  /// With those that are on their way to the record.
  private var owned: [AddressOfRecord: [String]] = [:]

  var count: Int { entries.count }
  var all: some Sequence<Subscription> { entries.values }

  subscript(id: String) -> Subscription? { entries[id] }

  func ids(watching state: WatchedState) -> [String] { watchers[state] ?? [] }

  func ids(of watcher: AddressOfRecord) -> [String] { owned[watcher] ?? [] }

  /// The one that a SUBSCRIBE made before, should it come again under another number because its
  /// answer was lost.
  func made(by watcher: AddressOfRecord, callID: String, fromTag: String) -> Subscription? {
    ids(of: watcher).lazy.compactMap { entries[$0] }.first {
      $0.dialog.callID == callID && $0.dialog.remoteTag == fromTag
    }
  }

  mutating func keep(_ subscription: Subscription) {
    let id = subscription.id
    if entries.updateValue(subscription, forKey: id) == nil {
      watchers[subscription.watched, default: []].append(id)
      owned[subscription.watcher, default: []].append(id)
    }
  }

  mutating func remove(_ id: String) {
    guard let gone = entries.removeValue(forKey: id) else { return }
    watchers[gone.watched]?.removeAll { $0 == id }
    if watchers[gone.watched]?.isEmpty == true { watchers[gone.watched] = nil }
    owned[gone.watcher]?.removeAll { $0 == id }
    if owned[gone.watcher]?.isEmpty == true { owned[gone.watcher] = nil }
  }
}
