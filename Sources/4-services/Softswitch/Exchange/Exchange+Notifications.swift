import CallControl
import Machines
import SIP

// What watchers are told, and when.
extension Exchange {
  /// Something of somebody may have changed.
  func touch(_ resource: AddressOfRecord, _ events: EventPackage..., now: Now) {
    guard notifier.subscriptions.count > 0 else { return }
    for event in events {
      let state = WatchedState(resource: resource, event: event)
      for id in notifier.subscriptions.ids(watching: state) {
        notifier.notifications[id]?.touch()
        proceed(id, now: now)
      }
    }
  }

  /// A call has taken a step: those who watch its parties may see it.
  func tellWatchers(of step: Switchboard.Step) {
    guard !notifier.watchedCalls.isEmpty, step.events.contains(where: \.changesDialogs) else {
      return
    }
    let isOver = step.box.call.release != nil
    let parties = Set(step.box.call.legs.map(\.party))
    for party in parties.sorted() {
      guard let watched = notifier.watchedCalls[party] else { continue }
      notifier.note(step.call, of: party, isOver: isOver)
      touch(watched.address, .dialog, .presence, now: step.now)
    }
  }

  /// Sends the next NOTIFY, if there is one and its time has come.
  func proceed(_ id: String, now: Now) {
    guard let subscription = notifier[id], var notification = notifier.notifications[id],
      let time = notification.earliest(subscription.event.interval, now: now.steady)
    else { return }
    guard time <= now.steady else {
      return errands.set(.notification(subscription: id), at: time)
    }
    let flow = configuration.flow(subscription.flow)
    if flow.transport.isReliable, flow.connection == nil {
      // The connection was an earlier process's: the phone will open another one.
      if notification.isLast { return drop(id) }
      notification.waitForFlow()
      notifier.notifications[id] = notification
      return
    }
    let content = content(for: subscription, since: notification.lastContent, now: now)
    if !notification.isForced, !content.hasNews(since: notification.lastContent) {
      notifier.notifications[id]?.settle()
      return
    }
    let branch = makeBranch()
    let bytes = notify(subscription, notification, content, branch: branch, over: flow, now: now)
    notification.sent(branch, content, at: now.steady)
    notifier.notifications[id] = notification
    counters.notifications += 1
    send(
      bytes, branch: branch, callID: subscription.dialog.callID, over: flow,
      for: .notification(subscription: id), now: now)
  }

  private func notify(
    _ subscription: Subscription, _ notification: Notification, _ content: StateContent,
    branch: String, over flow: Flow, now: Now
  ) -> [UInt8] {
    let listener = configuration.calls.listeners[Int(flow.listener.index)]
    var writer = subscription.dialog.request(
      .notify, cSeq: notification.number + 1, via: listener.via(branch: branch))
    writer.add(.contact, "<\(listener.contact(beside: subscription.dialog.remoteTarget))>")
    writer.add(.event, subscription.eventText)
    if let reason = notification.ending {
      writer.add(.subscriptionState, "terminated;reason=\(reason)")
    } else {
      writer.add(
        .subscriptionState, "active;expires=\(subscription.secondsLeft(at: now.wall))")
    }
    writer.add(.userAgent, configuration.calls.userAgent)
    return writer.finish(
      body: content.document(of: subscription.resource, version: notification.number),
      contentType: subscription.event.contentType)
  }

  func notificationAnswered(_ id: String, status: Int?, now: Now) {
    guard var notification = notifier.notifications[id] else { return }
    let wasLast = notification.isLast && !notification.isDue
    notification.answered()
    notifier.notifications[id] = notification
    if wasLast { return drop(id) }
    // A timeout ends it as well (RFC 6665 §4.2.2).
    guard let status, !endsSubscription(status) else { return drop(id) }
    proceed(id, now: now)
  }

  /// The phone's connection is gone: it is told when it has opened another one.
  func notificationUnsent(_ id: String) {
    guard var notification = notifier.notifications[id] else { return }
    notification.answered()
    if notification.isLast { return drop(id) }
    notification.touch(forced: true)
    notification.waitForFlow()
    notifier.notifications[id] = notification
  }

  /// A phone has registered over a connection: its subscriptions go on over that one.
  func subscriptionFlowArrived(_ flow: BindingFlow, contacts: [String], of address: AddressOfRecord)
  {
    guard flow.transport.isReliable else { return }
    for id in notifier.subscriptions.ids(of: address) {
      guard var subscription = notifier.subscriptions[id], subscription.flow.transport.isReliable,
        subscription.flow.connection != flow.connection,
        subscription.flow.remote.address == flow.remote.address,
        subscription.flow.connection == nil
          || contacts.contains(where: { isSamePhone($0, subscription.dialog.remoteTarget) })
      else { continue }
      subscription.flow.remote = flow.remote
      subscription.flow.connection = flow.connection
      _ = notifier.keep(subscription)
      notifier.notifications[id]?.flowArrived()
      proceed(id, now: lastTold)
    }
  }

  private func isSamePhone(_ contact: String, _ target: String) -> Bool {
    guard let contact = SIPURI(contact), let target = SIPURI(target) else { return false }
    return contact.host == target.host && contact.port == target.port
  }
}

extension CallEvent {
  /// What a busy lamp could show.
  fileprivate var changesDialogs: Bool {
    switch self {
    case .opened, .legOpened, .leg(_, .staged), .rang, .answered, .released: true
    default: false
    }
  }
}
