import CallControl
import Machines
import SIP

/// A registration whose changes are on their way to the record, with the answer that waits for
/// them: a binding is on record before its 200.
struct HeldRegistration {
  let events: [BindingEvent]
  let answer: RegisterAnswer
  let request: SIPMessage
  let name: RegisterName?
  let flow: Flow
}

/// What a REGISTER and its retransmissions have in common.
struct RegisterName: Hashable {
  let callID: String
  let cSeq: UInt32

  init?(_ request: SIPMessage) {
    guard let callID = request.callID, let cSeq = request.cSeq else { return nil }
    self.callID = callID
    self.cSeq = cSeq.number
  }
}

// The registrar: RFC 3261 §10.3.
extension Exchange {
  func receiveRegister(_ request: SIPMessage, from flow: Flow, now: Now) {
    let name = RegisterName(request)
    // Its first copy waits to be on record, and so does the answer to both.
    if let name, heldNames.contains(name) { return }
    // A trusted source calls without digest; it does not register in a subscriber's name.
    let screening = RegisterScreening.screen(
      request, directory: directory, authenticator: &authenticator, now: now,
      randomness: &switchboard.context.random)
    switch screening {
    case .answered(let answer, let cause):
      count(cause, status: answer.status)
      respond(to: request, from: flow, answer)
    case .admitted(let aor, let isRetransmission):
      let decision = registrar.decide(
        request, to: aor, over: bindingFlow(flow), isRetransmission: isRetransmission, now: now)
      guard !decision.events.isEmpty else {
        return respond(to: request, from: flow, decision.answer)
      }
      hold(
        HeldRegistration(
          events: decision.events, answer: decision.answer, request: request, name: name,
          flow: flow))
    }
  }

  private func hold(_ registration: HeldRegistration) {
    nextTicket += 1
    let ticket = SaveTicket(number: nextTicket)
    heldRegistrations[ticket] = registration
    if let name = registration.name { heldNames.insert(name) }
    outlet.save(registration.events, ticket: ticket)
  }

  /// The changes are on record, or cannot be.
  package func bindingsSaved(_ ticket: SaveTicket, isOnRecord: Bool) {
    guard let held = heldRegistrations.removeValue(forKey: ticket) else { return }
    if let name = held.name { heldNames.remove(name) }
    guard isOnRecord else {
      // §10.3 step 7: the change could not be made, and none of it was.
      return answer(held.request, from: held.flow, status: 500, reason: "Not Recorded")
    }
    for event in held.events { registrar.apply(event) }
    counters.registrations += 1
    respond(to: held.request, from: held.flow, held.answer)
  }

  /// Bindings whose time is over vanish; the record is cleaned by its own sweep.
  func expireBindings(now: Now) {
    for event in registrar.expire(now: now) { registrar.apply(event) }
  }

  private func respond(to request: SIPMessage, from flow: Flow, _ answer: RegisterAnswer) {
    self.answer(
      request, from: flow, status: answer.status, reason: answer.reason,
      headers: answer.headers.map { ($0.name, $0.value) })
  }

  func count(_ cause: AuthenticationResult?, status: Int) {
    if status == 401 || status == 407 { counters.challenges += 1 }
    switch cause {
    case .wrong, .malformed, .replayed: counters.failedAuthentications += 1
    case .accepted, .retransmission, .stale, nil: break
    }
  }

  private func bindingFlow(_ flow: Flow) -> BindingFlow {
    BindingFlow(
      transport: flow.transport, remote: flow.remote,
      listener: configuration.listenerNames[Int(flow.listener.index)],
      connection: flow.connection)
  }
}
