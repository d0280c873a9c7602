import Machines

/// The NOTIFY side of a subscription: what one process knows of it, and the next one need not.
///
/// One NOTIFY is under way at a time; what changes meanwhile is told by the next one, which has
/// the newest state.
struct Notification {
  /// Counts the NOTIFY requests, and is the `version` of the documents: the first is 0, its CSeq 1.
  ///
  /// A process that takes a subscription up goes on with the number of quarter seconds since the
  /// subscription began, which is above all that went before, as they are no closer than that.
  /// The documents hold the full state, so that gaps between versions do no harm.
  private(set) var number: UInt32
  /// The branch of the one under way.
  private(set) var underWay: String?
  /// There may be news.
  private(set) var isDue = false
  /// It is sent even if nothing has changed.
  private(set) var isForced = false
  /// It is the last: the reason in Subscription-State.
  private(set) var ending: String?
  /// The phone's connection is gone, and it has not come back over another one.
  private(set) var awaitsFlow = false
  private(set) var lastSent: Instant?
  /// What was told last.
  private(set) var lastContent: StateContent?

  init() {
    number = 0
  }

  /// Goes on with a subscription of an earlier process.
  init(resuming subscription: Subscription, at now: WallTime) {
    let age = max(0, now.nanoseconds &- subscription.createdAt.nanoseconds)
    let step = SubscriptionPolicy.closestNotifications.wholeNanoseconds
    number = UInt32(clamping: min(age / step + 1, Int64(Int32.max) - 2))
  }

  var isLast: Bool { ending != nil }

  mutating func touch(forced: Bool = false) {
    isDue = true
    if forced { isForced = true }
  }

  mutating func end(_ reason: String) {
    ending = reason
    touch(forced: true)
  }

  mutating func waitForFlow() { awaitsFlow = true }
  mutating func flowArrived() { awaitsFlow = false }

  /// When the next one may leave, if there is any to send.
  func earliest(_ interval: Duration, now: Instant) -> Instant? {
    guard isDue, underWay == nil, !awaitsFlow else { return nil }
    guard let lastSent else { return now }
    return max(now, lastSent + (isForced ? SubscriptionPolicy.closestNotifications : interval))
  }

  /// Nothing has changed after all.
  mutating func settle() {
    isDue = false
  }

  mutating func sent(_ branch: String, _ content: StateContent, at now: Instant) {
    number += 1
    underWay = branch
    (isDue, isForced) = (false, false)
    lastSent = now
    lastContent = content
  }

  mutating func answered() {
    underWay = nil
  }
}

/// The responses to a NOTIFY that end its subscription (RFC 6665 §4.2.2).
func endsSubscription(_ status: Int) -> Bool {
  switch status {
  case 404, 405, 410, 416, 480...485, 489, 501, 604: true
  default: false
  }
}
