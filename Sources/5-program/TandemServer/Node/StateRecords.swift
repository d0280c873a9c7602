import Machines
import SIP
import Softswitch
import Storage

// Subscriptions, publications and messages as the database has them, and back.

extension RecordedState {
  /// What an earlier process left.
  init(_ store: Store, at now: WallTime) throws {
    self.init(
      subscriptions: try store.subscriptions(liveAt: now.nanoseconds).compactMap(Subscription.init),
      publications: try store.publications(liveAt: now.nanoseconds).map(Publication.init),
      messages: try store.messageMarks(liveAt: now.nanoseconds).map(KeptMessageMark.init))
  }
}

extension StateChange {
  init(_ change: RecordedChange) {
    switch change {
    case .subscribed(let subscription): self = .subscription(SubscriptionRecord(subscription))
    case .unsubscribed(let id): self = .subscriptionRemoved(id: id)
    case .published(let publication): self = .publication(PublicationRecord(publication))
    case .unpublished(let id): self = .publicationRemoved(id: id)
    case .messageKept(let message): self = .message(MessageRecord(message))
    case .messageForgotten(let id): self = .messageRemoved(id: id)
    }
  }
}

extension SubscriptionRecord {
  fileprivate init(_ subscription: Subscription) {
    let dialog = subscription.dialog
    self.init(
      id: subscription.id, event: subscription.event.rawValue, eventID: subscription.eventID,
      domain: subscription.watcher.domain, watcher: subscription.watcher.user,
      resource: subscription.resource.user, callID: dialog.callID, remoteTag: dialog.remoteTag,
      localAddress: dialog.localAddress, remoteAddress: dialog.remoteAddress,
      remoteTarget: dialog.remoteTarget, routes: dialog.routeSet,
      remoteCSeq: dialog.remoteCSeq ?? 0, transport: subscription.flow.transport.rawValue,
      remote: subscription.flow.remote, listener: subscription.flow.listener,
      createdAt: subscription.createdAt.nanoseconds, expiresAt: subscription.expiresAt.nanoseconds)
  }
}

extension Subscription {
  /// Nil for an event package or a transport that this program does not know.
  fileprivate init?(_ record: SubscriptionRecord) {
    guard let event = EventPackage(rawValue: record.event),
      let transport = TransportProtocol(rawValue: record.transport)
    else { return nil }
    self.init(
      id: record.id, watcher: AddressOfRecord(user: record.watcher, domain: record.domain),
      resource: AddressOfRecord(user: record.resource, domain: record.domain), event: event,
      eventID: record.eventID,
      dialog: Dialog(
        callID: record.callID, localTag: record.id, remoteTag: record.remoteTag,
        localAddress: record.localAddress, remoteAddress: record.remoteAddress,
        remoteTarget: record.remoteTarget, routeSet: record.routes, localCSeq: 0,
        remoteCSeq: record.remoteCSeq),
      flow: BindingFlow(transport: transport, remote: record.remote, listener: record.listener),
      createdAt: WallTime(nanoseconds: record.createdAt),
      expiresAt: WallTime(nanoseconds: record.expiresAt))
  }
}

extension PublicationRecord {
  fileprivate init(_ publication: Publication) {
    self.init(
      id: publication.id, domain: publication.address.domain, user: publication.address.user,
      entityTag: publication.entityTag, body: publication.body,
      expiresAt: publication.expiresAt.nanoseconds)
  }
}

extension Publication {
  fileprivate init(_ record: PublicationRecord) {
    self.init(
      id: record.id, address: AddressOfRecord(user: record.user, domain: record.domain),
      entityTag: record.entityTag, body: record.body,
      expiresAt: WallTime(nanoseconds: record.expiresAt))
  }
}

extension MessageRecord {
  fileprivate init(_ message: InstantMessage) {
    self.init(
      id: message.id, domain: message.recipient.domain, user: message.recipient.user,
      sender: message.sender, to: message.to,
      headers: message.headers.map { "\($0.name.canonicalName): \($0.value)" },
      body: message.body, sentAt: message.sentAt.nanoseconds,
      expiresAt: message.expiresAt.nanoseconds)
  }
}

extension InstantMessage {
  init(_ record: MessageRecord) {
    self.init(
      id: record.id, recipient: AddressOfRecord(user: record.user, domain: record.domain),
      sender: record.sender, to: record.to, headers: record.headers.compactMap(HeaderField.init),
      body: record.body, sentAt: WallTime(nanoseconds: record.sentAt),
      expiresAt: WallTime(nanoseconds: record.expiresAt))
  }
}

extension HeaderField {
  fileprivate init?(_ line: String) {
    guard let colon = line.firstIndex(of: ":") else { return nil }
    let value = line[line.index(after: colon)...].drop { $0 == " " }
    self.init(HeaderName(String(line[..<colon])), String(value))
  }
}

extension KeptMessageMark {
  fileprivate init(_ mark: MessageMark) {
    self.init(
      id: mark.id, recipient: AddressOfRecord(user: mark.user, domain: mark.domain),
      expiresAt: WallTime(nanoseconds: mark.expiresAt))
  }
}
