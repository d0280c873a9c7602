import CallControl
import Machines
import SIP

// The notifier's side of RFC 6665.
extension Exchange {
  func receiveSubscribe(_ request: SIPMessage, from flow: Flow, now: Now) {
    guard let name = RequestName(request) else { return answer(request, from: flow, status: 400) }
    guard isNew(name), let watcher = identifySubscriber(request, from: flow, now: now) else {
      return
    }
    begin(name, now: now)
    let pending = PendingRequest(name: name, request: request, flow: flow)
    do throws(RequestRefusal) {
      let wish = try SubscribeRequest(request, policy: notifier.policy)
      if let tag = wish.toTag {
        try refresh(try subscription(tag, wish, watcher), by: wish, pending, now: now)
      } else {
        try subscribe(watcher, to: wish, pending, now: now)
      }
    } catch {
      finish(pending, error)
    }
  }

  /// The subscription that a SUBSCRIBE in its dialog means.
  private func subscription(
    _ tag: String, _ wish: SubscribeRequest, _ watcher: AddressOfRecord
  ) throws(RequestRefusal) -> Subscription {
    guard let known = notifier.subscriptions[tag], known.dialog.callID == wish.callID,
      known.dialog.remoteTag == wish.fromTag, known.event == wish.event,
      known.eventID == wish.eventID
    else { throw RequestRefusal(481) }
    guard known.watcher == watcher else { throw RequestRefusal(403) }
    // RFC 3261 §12.2.2; a retransmission has been told from it before.
    guard known.dialog.accepts(cSeq: wish.cSeq) else {
      throw RequestRefusal(500, "CSeq Out Of Order")
    }
    return known
  }

  private func subscribe(
    _ watcher: AddressOfRecord, to wish: SubscribeRequest, _ pending: PendingRequest, now: Now
  ) throws(RequestRefusal) {
    let resource = try resource(of: pending.request)
    // Whoever is of the same domain may watch; registrations show addresses and are one's own.
    guard resource.domain == watcher.domain,
      wish.event != .registration || resource == watcher
    else { throw RequestRefusal(403) }
    let before = notifier.subscriptions.made(
      by: watcher, callID: wish.callID, fromTag: wish.fromTag)
    if let before, before.event == wish.event, before.resource == resource,
      before.eventID == wish.eventID
    {
      return try refresh(before, by: wish, pending, now: now)
    }
    try notifier.admit(watcher)
    let dialog = Dialog(
      callID: wish.callID, localTag: makeSubscriptionTag(), remoteTag: wish.fromTag,
      localAddress: wish.local, remoteAddress: wish.remote, remoteTarget: wish.target,
      routeSet: wish.routes, localCSeq: 0, remoteCSeq: wish.cSeq)
    let subscription = Subscription(
      id: dialog.localTag, watcher: watcher, resource: resource, event: wish.event,
      eventID: wish.eventID, dialog: dialog,
      flow: bindingFlow(pending.flow.toward(URI(dialog.nextHop))), createdAt: now.wall,
      expiresAt: now.wall + .seconds(wish.expires))
    grant(subscription, seconds: wish.expires, pending)
  }

  private func refresh(
    _ known: Subscription, by wish: SubscribeRequest, _ pending: PendingRequest, now: Now
  ) throws(RequestRefusal) {
    var subscription = known
    subscription.dialog.advance(remoteCSeq: wish.cSeq)
    subscription.dialog.refresh(remoteTarget: wish.target)
    subscription.flow = bindingFlow(pending.flow.toward(URI(subscription.dialog.nextHop)))
    subscription.expiresAt = now.wall + .seconds(wish.expires)
    grant(subscription, seconds: wish.expires, pending)
  }

  /// On record, answered, and then the NOTIFY that each SUBSCRIBE is due (§4.2.1.2).
  private func grant(_ subscription: Subscription, seconds: UInt32, _ pending: PendingRequest) {
    let isKnown = notifier.subscriptions[subscription.id] != nil
    let go = { [weak self] (isOnRecord: Bool) in
      guard let self else { return }
      if !isKnown { notifier.settle(subscription.watcher) }
      guard isOnRecord else {
        return finish(pending, RequestRefusal(500, "Not Recorded"))
      }
      // It may have ended while its refreshment was on its way.
      guard !isKnown || notifier.subscriptions[subscription.id] != nil else {
        return finish(pending, RequestRefusal(481))
      }
      let contact = configuration.calls.listeners[Int(pending.flow.listener.index)]
        .contact(beside: subscription.dialog.remoteTarget)
      finish(
        pending, status: 200, toTag: subscription.id,
        headers: [
          HeaderField(.expires, "\(seconds)"), HeaderField(.contact, "<\(contact)>"),
          HeaderField(.allowEvents, EventPackage.allowText),
        ])
      if seconds > 0 {
        begin(subscription, now: lastTold)
      } else {
        end(subscription, reason: "timeout", now: lastTold)
      }
    }
    if seconds > 0 {
      record(.subscribed(subscription), then: go)
    } else if isKnown {
      record(.unsubscribed(id: subscription.id), then: go)
    } else {
      go(true)  // A fetch (§4.4.3) leaves nothing.
    }
  }

  /// Who is to be watched.
  private func resource(of request: SIPMessage) throws(RequestRefusal) -> AddressOfRecord {
    guard let uri = request.requestURI, let subscriber = directory.subscriber(dialled: uri) else {
      throw RequestRefusal(404)
    }
    return subscriber.address
  }

  /// No call's token has this length.
  private func makeSubscriptionTag() -> String {
    "s" + switchboard.context.random.token() + switchboard.context.random.token()
  }

  // MARK: Its life

  private func begin(_ subscription: Subscription, now: Now) {
    keep(subscription, now: now)
    notifier.notifications[subscription.id, default: Notification()].flowArrived()
    notifier.notifications[subscription.id]?.touch(forced: true)
    proceed(subscription.id, now: now)
  }

  private func keep(_ subscription: Subscription, now: Now) {
    if notifier.keep(subscription) {
      let party = subscription.resource.description
      for call in switchboard.all where call.release == nil && call.has(party: party) {
        notifier.note(call.id, of: party, isOver: false)
      }
    }
    errands.set(
      .subscriptionExpiry(subscription.id), at: steady(subscription.expiresAt, now: now))
  }

  private func end(_ subscription: Subscription, reason: String, now: Now) {
    errands.cancel(.subscriptionExpiry(subscription.id))
    guard !subscription.flow.transport.isReliable || subscription.flow.connection != nil else {
      return drop(subscription.id)
    }
    notifier.depart(subscription, reason: reason)
    notifier.notifications[subscription.id]?.flowArrived()
    proceed(subscription.id, now: now)
  }

  func subscriptionExpired(_ id: String, now: Now) {
    guard let subscription = notifier.subscriptions[id] else { return }
    guard subscription.expiresAt <= now.wall else { return keep(subscription, now: now) }
    recordInPassing(.unsubscribed(id: id))
    end(subscription, reason: "timeout", now: now)
  }

  /// Nobody is there any more.
  func drop(_ id: String) {
    if notifier.subscriptions[id] != nil { recordInPassing(.unsubscribed(id: id)) }
    errands.cancel(.subscriptionExpiry(id))
    errands.cancel(.notification(subscription: id))
    notifier.remove(id)
  }

  /// Those of an earlier process: each watcher is told the state as it is now, some at a time.
  func takeUp(_ subscriptions: [Subscription], now: Now) {
    var turn = now.steady
    for subscription in subscriptions where subscription.expiresAt > now.wall {
      var restored = subscription
      restored.flow.connection = nil
      keep(restored, now: now)
      var notification = Notification(resuming: restored, at: now.wall)
      notification.touch(forced: true)
      notifier.notifications[restored.id] = notification
      errands.set(.notification(subscription: restored.id), at: turn)
      turn = turn + .milliseconds(5)
    }
  }

  package var subscriptionCount: Int { notifier.subscriptions.count }
}

extension Call {
  /// Whether somebody has a phone in the call.
  func has(party: String) -> Bool { legs.contains { $0.party == party } }
}
