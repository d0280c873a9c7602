/// What a notifier grants, and what it may cost.
struct SubscriptionPolicy: Equatable, Sendable {
  var interval = IntervalPolicy()
  /// Of one subscriber: the keys of a few busy-lamp panels.
  var maximumPerWatcher = 300
  var maximumSubscriptions = 50_000
  /// The longest Call-ID, tag, contact or route set that is kept, in bytes.
  var maximumFieldBytes = 1024
  /// NOTIFY requests of one subscription are at least this far apart. The first number of the next
  /// process depends on it: see `Notification.number`.
  static let closestNotifications = Duration.milliseconds(250)
}
