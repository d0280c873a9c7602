import Machines
import SIP

/// What subscriptions, publications and messages put on record.
package enum RecordedChange: Equatable, Sendable {
  /// A new one, or one with its name in its new form.
  case subscribed(Subscription)
  case unsubscribed(id: String)
  case published(Publication)
  case unpublished(id: String)
  case messageKept(InstantMessage)
  /// Delivered, or refused for good.
  case messageForgotten(id: String)
}

/// What of it an earlier process left, for a new one.
package struct RecordedState: Sendable {
  package var subscriptions: [Subscription] = []
  package var publications: [Publication] = []
  /// Of the messages only whose they are: the rest stays in the database.
  package var messages: [KeptMessageMark] = []

  package init(
    subscriptions: [Subscription] = [], publications: [Publication] = [],
    messages: [KeptMessageMark] = []
  ) {
    self.subscriptions = subscriptions
    self.publications = publications
    self.messages = messages
  }
}

// Requests outside of calls and registrations: each takes effect when its change is on record, and
// is answered then.
extension Exchange {
  /// Puts a change on record, then goes on.
  func record(_ change: RecordedChange, then: @escaping (_ isOnRecord: Bool) -> Void) {
    nextTicket += 1
    let ticket = SaveTicket(number: nextTicket)
    heldChanges[ticket] = then
    outlet.save([change], ticket: ticket)
  }

  /// Should it not get there, its time or a later attempt mends it.
  func recordInPassing(_ change: RecordedChange) {
    record(change) { _ in }
  }

  /// The changes are on record, or cannot be.
  package func changesSaved(_ ticket: SaveTicket, isOnRecord: Bool, now: Now) {
    lastTold = now
    heldChanges.removeValue(forKey: ticket)?(isOnRecord)
  }

  /// Takes up what an earlier process left; after `recover`, before the first message.
  package func takeUp(_ state: RecordedState, now: Now) {
    lastTold = now
    for publication in state.publications where publication.expiresAt > now.wall {
      keep(publication, now: now)
    }
    for mark in state.messages where mark.expiresAt > now.wall { messages.kept.add(mark) }
    takeUp(state.subscriptions, now: now)
  }

  // MARK: Requests

  /// Whether a request is to be worked on: a retransmission gets the answer of its first copy, or
  /// silence while there is none.
  func isNew(_ name: RequestName) -> Bool {
    switch answered[name] {
    case nil: return true
    case .pending: return false
    case .answered(let bytes, let flow):
      outlet.send(bytes, to: flow, receipt: nil)
      return false
    }
  }

  func begin(_ name: RequestName, now: Now) {
    answered.begin(
      name, forgetAt: now.steady + configuration.calls.timers.transactionLifetime,
      now: now.steady)
  }

  func finish(_ pending: PendingRequest, _ refusal: RequestRefusal) {
    finish(pending, status: refusal.status, reason: refusal.reason, headers: refusal.headers)
  }

  /// Answers a request, and its retransmissions.
  func finish(
    _ pending: PendingRequest, status: Int, reason: String? = nil, toTag: String? = nil,
    headers: [HeaderField] = []
  ) {
    if status >= 400 { counters.refused[status, default: 0] += 1 }
    let flow = pending.flow.responding(to: pending.request)
    let tag = toTag ?? statelessTag(pending.request)
    var writer: MessageWriter
    if pending.request.method == .subscribe {
      // A 2xx makes a dialog and repeats the Record-Route (RFC 6665 §4.2.1.1).
      writer = ResponseTemplate(of: pending.request, flow: flow).response(
        status: status, reason: reason, toTag: tag)
    } else {
      writer = .response(to: pending.request, status: status, reason: reason, toTag: tag)
    }
    for header in headers { writer.add(header.name, header.value) }
    let bytes = writer.finish()
    answered.answer(pending.name, bytes, to: flow)
    outlet.send(bytes, to: flow, receipt: nil)
  }

  // MARK: Requests of our own

  /// A branch that no call could have made.
  func makeBranch() -> String {
    "z9hG4bKr" + switchboard.context.random.token() + switchboard.context.random.token()
  }

  func send(
    _ bytes: [UInt8], branch: String, callID: String, over flow: Flow, for purpose: RequestPurpose,
    now: Now
  ) {
    sendOwn(bytes, branch, flow)
    ownRequests.begin(
      bytes, branch: branch, callID: callID, over: flow, for: purpose,
      timers: configuration.calls.timers, now: now)
    arm(branch)
  }

  /// False: it answers nothing of ours.
  func takeOwn(_ response: SIPMessage, now: Now) -> Bool {
    guard let (branch, outcome) = ownRequests.take(response, now: now) else { return false }
    arm(branch)
    act(on: outcome, now: now)
    return true
  }

  /// That a datagram has not left may be of the moment: it is sent again. A connection that cannot
  /// be had is news.
  private func sendOwn(_ bytes: [UInt8], _ branch: String, _ flow: Flow) {
    let receipt = flow.transport.isReliable ? SendReceipt.own(branch: branch) : nil
    outlet.send(bytes, to: flow, receipt: receipt)
  }

  /// The request has not left: nobody needs to wait for its answer.
  func ownSendFailed(_ branch: String, now: Now) {
    let outcome = ownRequests.transportFailed(branch, now: now)
    arm(branch)
    if case .answered(.notification(let id), nil) = outcome {
      notificationUnsent(id)
    } else {
      act(on: outcome, now: now)
    }
  }

  private func arm(_ branch: String) {
    if let deadline = ownRequests.deadline(of: branch) {
      errands.set(.request(branch: branch), at: deadline)
    } else {
      errands.cancel(.request(branch: branch))
    }
  }

  private func act(on outcome: OwnRequests.Outcome, now: Now) {
    switch outcome {
    case .nothing: break
    case .send(let bytes, let branch, let flow):
      sendOwn(bytes, branch, flow)
    case .answered(.notification(let id), let status):
      notificationAnswered(id, status: status, now: now)
    case .answered(.message(let delivery, let contact), let status):
      messageAnswered(delivery, by: contact, status: status, now: now)
    }
  }

  // MARK: Time

  func runErrands(now: Now) {
    while let errand = errands.takeDue(at: now.steady) {
      switch errand {
      case .request(let branch):
        let outcome = ownRequests.deadlinePassed(branch, now: now)
        arm(branch)
        act(on: outcome, now: now)
      case .notification(let id): proceed(id, now: now)
      case .subscriptionExpiry(let id): subscriptionExpired(id, now: now)
      case .publicationExpiry(let id): publicationExpired(id, now: now)
      case .deliveryDeadline(let number): deliveryDeadlinePassed(number, now: now)
      }
    }
  }

  /// When a moment of the wall clock is on the steady line.
  func steady(_ time: WallTime, now: Now) -> Instant { now.steady + (time - now.wall) }
}

/// A request that is worked on.
struct PendingRequest {
  let name: RequestName
  let request: SIPMessage
  let flow: Flow
}
