import Machines
import SIP

// Messages that wait for their recipient.
extension Exchange {
  /// Nobody has taken it: it is accepted (202, RFC 3428 §7) once it is on record.
  func keep(_ message: InstantMessage, _ pending: PendingRequest, now: Now) {
    let recipient = message.recipient
    guard message.expiresAt > now.wall, !message.isOfTheMoment else {
      return finish(pending, status: 480)
    }
    if messages.kept.count >= messages.policy.maximumKept {
      messages.kept.forgetExpired(at: now.wall)
    }
    let held = messages.kept.count(for: recipient, at: now.wall)
    guard held + messages.keeping[recipient, default: 0] < messages.policy.maximumPerRecipient,
      messages.kept.count < messages.policy.maximumKept
    else { return finish(pending, status: 480, reason: "Too Many Messages Kept") }
    messages.keeping[recipient, default: 0] += 1
    let tried = registrar.bindings(for: recipient, at: now.wall).map(\.registeredAt).max()
    record(.messageKept(message)) { [weak self] isOnRecord in
      guard let self else { return }
      let left = messages.keeping[recipient, default: 1] - 1
      messages.keeping[recipient] = left > 0 ? left : nil
      guard isOnRecord else { return finish(pending, RequestRefusal(500, "Not Recorded")) }
      messages.kept.add(message.mark)
      counters.messagesKept += 1
      finish(pending, status: 202)
      // A phone may have come while it was written down.
      let bindings = registrar.bindings(for: recipient, at: lastTold.wall).filter { binding in
        tried.map { binding.registeredAt > $0 } ?? true
      }
      if !bindings.isEmpty {
        deliverKept(to: recipient, at: bindings.map(\.contact))
      }
    }
  }

  /// A phone has registered: what was kept for its owner is sent to it, in order.
  func deliverKept(to recipient: AddressOfRecord, at contacts: [String]) {
    guard !contacts.isEmpty, !messages.kept.isEmpty(for: recipient),
      messages.runs[recipient] == nil
    else { return }
    messages.runs[recipient] = MessageExchange.Run(contacts: contacts)
    outlet.fetchMessages(for: recipient)
  }

  /// What the database has for somebody, the oldest first; nil if it cannot tell.
  package func messagesFetched(
    for recipient: AddressOfRecord, _ found: [InstantMessage]?, now: Now
  ) {
    lastTold = now
    guard messages.runs[recipient] != nil else { return }
    guard let found else {
      messages.runs[recipient] = nil
      return
    }
    let live = found.filter { $0.expiresAt > now.wall }
    messages.kept.replace(recipient, live.map(\.mark))
    messages.runs[recipient]?.messages = live[...]
    sendNext(to: recipient, now: now)
  }

  func goOn(_ recipient: AddressOfRecord, wasTaken: Bool, now: Now) {
    if wasTaken { messages.runs[recipient]?.delivered += 1 }
    sendNext(to: recipient, now: now)
  }

  private func sendNext(to recipient: AddressOfRecord, now: Now) {
    guard var run = messages.runs[recipient] else { return }
    let bindings = registrar.bindings(for: recipient, at: now.wall).filter {
      run.contacts.contains($0.contact)
    }
    guard let next = run.messages?.popFirst(), !bindings.isEmpty else {
      messages.runs[recipient] = nil
      // What was kept meanwhile; with nothing delivered it would be the same again.
      if run.delivered > 0, !bindings.isEmpty { deliverKept(to: recipient, at: run.contacts) }
      return
    }
    messages.runs[recipient] = run
    guard next.expiresAt > now.wall else { return sendNext(to: recipient, now: now) }
    deliver(next, from: .kept, to: bindings, now: now)
  }

  /// Forgets a message for an operator; the completion tells whether that is on record.
  package func forgetMessage(
    _ id: String, of recipient: AddressOfRecord, now: Now,
    completion: @escaping (_ isOnRecord: Bool) -> Void
  ) {
    lastTold = now
    // One that is being sent at this moment may arrive yet; none that waits behind it.
    messages.runs[recipient]?.messages?.removeAll { $0.id == id }
    record(.messageForgotten(id: id)) { [weak self] isOnRecord in
      if isOnRecord { self?.messages.kept.remove(id, of: recipient) }
      completion(isOnRecord)
    }
  }

  package var keptMessageCount: Int { messages.kept.count }
}
