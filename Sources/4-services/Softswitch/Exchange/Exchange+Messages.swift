import Machines
import SIP

// Messages between subscribers (RFC 3428): to the phones that are there, or kept until one is.
extension Exchange {
  func receiveMessage(_ request: SIPMessage, from flow: Flow, now: Now) {
    guard let name = RequestName(request) else { return answer(request, from: flow, status: 400) }
    guard isNew(name), identify(request, from: flow, now: now) != nil else { return }
    begin(name, now: now)
    let pending = PendingRequest(name: name, request: request, flow: flow)
    do throws(RequestRefusal) {
      try pass(try message(request, now: now), pending, now: now)
    } catch {
      finish(pending, error)
    }
  }

  private func message(
    _ request: SIPMessage, now: Now
  ) throws(RequestRefusal) -> InstantMessage {
    guard let uri = request.requestURI, let recipient = directory.subscriber(dialled: uri) else {
      throw RequestRefusal(404)
    }
    guard var from = request.from, var to = request.to else { throw RequestRefusal(400) }
    from.parameters.remove("tag")
    to.parameters.remove("tag")
    let headers = InstantMessage.passedHeaders.flatMap { name in
      request.rows(name).map { HeaderField(name, $0) }
    }
    let policy = messages.policy
    let length = headers.reduce(from.text.utf8.count + to.text.utf8.count) {
      $0 + $1.value.utf8.count
    }
    guard request.body.count <= policy.maximumBodyBytes, length <= policy.maximumHeaderBytes else {
      throw RequestRefusal(413)
    }
    guard request.body.isEmpty || request.contentType != nil else {
      throw RequestRefusal(400, "Missing Content-Type")
    }
    let keeping = request.expires.map { min(.seconds($0), policy.longestKeeping) }
    return InstantMessage(
      id: "m" + switchboard.context.random.token() + switchboard.context.random.token(),
      recipient: recipient.address, sender: from.text, to: to.text, headers: headers,
      body: Array(request.body), sentAt: now.wall,
      expiresAt: now.wall + (keeping ?? policy.longestKeeping))
  }

  private func pass(
    _ message: InstantMessage, _ pending: PendingRequest, now: Now
  ) throws(RequestRefusal) {
    let bindings = registrar.bindings(for: message.recipient, at: now.wall)
    guard !bindings.isEmpty else { return keep(message, pending, now: now) }
    guard messages.deliveries.count < messages.policy.maximumDeliveries else {
      throw RequestRefusal(503, headers: [HeaderField(.retryAfter, "10")])
    }
    deliver(message, from: .sender(pending), to: bindings, now: now)
  }

  // MARK: Delivery

  func deliver(
    _ message: InstantMessage, from origin: MessageDelivery.Origin, to bindings: [Binding],
    now: Now
  ) {
    let number = messages.begin(
      MessageDelivery(message, from: origin, to: bindings.map(\.contact)))
    errands.set(.deliveryDeadline(number), at: now.steady + messages.policy.patience)
    for binding in bindings {
      let flow = configuration.flow(to: binding)
      let branch = makeBranch()
      send(
        write(message, to: binding, branch: branch, over: flow), branch: branch,
        callID: message.id, over: flow, for: .message(delivery: number, contact: binding.contact),
        now: now)
    }
  }

  private func write(
    _ message: InstantMessage, to binding: Binding, branch: String, over flow: Flow
  ) -> [UInt8] {
    let listener = configuration.calls.listeners[Int(flow.listener.index)]
    var writer = MessageWriter(request: .message, uri: binding.requestURI)
    writer.add(.via, listener.via(branch: branch))
    writer.add(.maxForwards, 70)
    writer.add(.from, message.sender, tag: message.id)
    writer.add(.to, message.to)
    writer.add(.callID, message.id)
    writer.add(CSeq(1, .message))
    writer.add(.date, message.sentAt.sipDate)
    for header in message.headers { writer.add(header.name, header.value) }
    return writer.finish(body: message.body)
  }

  func messageAnswered(_ number: UInt64, by contact: String, status: Int?, now: Now) {
    messages.deliveries[number]?.note(contact, status)
    settle(number, isDue: false, now: now)
    if messages.deliveries[number]?.isOver == true {
      messages.deliveries[number] = nil
      errands.cancel(.deliveryDeadline(number))
    }
  }

  func deliveryDeadlinePassed(_ number: UInt64, now: Now) {
    settle(number, isDue: true, now: now)
  }

  /// Draws the conclusion from what the phones have said so far.
  private func settle(_ number: UInt64, isDue: Bool, now: Now) {
    guard let delivery = messages.deliveries[number] else { return }
    guard let outcome = delivery.outcome ?? (isDue ? .failed : nil) else { return }
    let message = delivery.message
    messages.deliveries[number]?.origin = .overdue
    switch (delivery.origin, outcome) {
    case (.sender(let pending), .taken):
      counters.messagesDelivered += 1
      finish(pending, status: 200)
    case (.sender(let pending), .refused(let status)):
      finish(pending, status: status)
    case (.sender(let pending), .failed):
      keep(message, pending, now: now)
    case (.kept, .taken):
      counters.messagesDelivered += 1
      forget(message)
      goOn(message.recipient, wasTaken: true, now: now)
    case (.kept, .refused):
      forget(message)
      goOn(message.recipient, wasTaken: false, now: now)
    case (.kept, .failed):
      // The phone is gone again: its next REGISTER makes the next attempt.
      messages.runs[message.recipient] = nil
    case (.overdue, .taken):
      forget(message)
    case (.overdue, .refused), (.overdue, .failed):
      break
    }
  }

  private func forget(_ message: InstantMessage) {
    messages.kept.remove(message.id, of: message.recipient)
    recordInPassing(.messageForgotten(id: message.id))
  }
}
