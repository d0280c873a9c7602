import CallControl
import Machines
import SIP

/// A registration whose changes are on their way to the record, with the answer that waits for
/// them: a binding is on record before its 200.
struct HeldRegistration {
  let events: [BindingEvent]
  let answer: RegisterAnswer
  let request: SIPMessage
  let flow: Flow
}

// The registrar: RFC 3261 §10.3.
extension Exchange {
  func receiveRegister(_ request: SIPMessage, from flow: Flow, now: Now) {
    let screening = RegisterScreening.screen(
      request, isTrusted: configuration.isTrusted(flow.remote), directory: directory,
      authenticator: &authenticator, now: now, randomness: &switchboard.context.random)
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
          events: decision.events, answer: decision.answer, request: request, flow: flow))
    }
  }

  private func hold(_ registration: HeldRegistration) {
    nextTicket += 1
    let ticket = SaveTicket(number: nextTicket)
    heldRegistrations[ticket] = registration
    outlet.save(registration.events, ticket: ticket)
  }

  /// The changes are on record, or cannot be.
  package func bindingsSaved(_ ticket: SaveTicket, isOnRecord: Bool) {
    guard let held = heldRegistrations.removeValue(forKey: ticket) else { return }
    guard isOnRecord else {
      return answer(
        held.request, from: held.flow, status: 503, reason: "Not Recorded",
        headers: [(.retryAfter, "5")])
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
