import CallControl
import Machines
import SIP

/// A REGISTER from somebody who may change the bindings of the address.
struct AdmittedRegistration {
  let address: AddressOfRecord
  let request: SIPMessage
  let name: RegisterName?
  let flow: Flow
  let isRetransmission: Bool
}

/// A registration whose changes are on their way to the record, with the answer that waits for
/// them: a binding is on record before its 200.
struct HeldRegistration {
  let admitted: AdmittedRegistration
  let events: [BindingEvent]
  let answer: RegisterAnswer
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
    guard admitsLogin(request, realm: realm(of: request), from: flow, now: now) else { return }
    // A trusted source calls without digest; it does not register in a subscriber's name.
    let screening = RegisterScreening.screen(
      request, directory: directory, authenticator: &authenticator, now: now,
      randomness: &switchboard.context.random)
    switch screening {
    case .answered(let answer, let cause):
      count(cause, status: answer.status)
      let delay = noteLogin(cause, request, realm: realm(of: request), from: flow, now: now)
      if delay == .zero { return respond(to: request, from: flow, answer) }
      hold(
        request, from: flow, status: answer.status,
        headers: answer.headers.map { ($0.name, $0.value) }, for: delay, now: now)
    case .admitted(let address, let isRetransmission):
      _ = noteLogin(.accepted, request, realm: realm(of: request), from: flow, now: now)
      take(
        AdmittedRegistration(
          address: address, request: request, name: name, flow: flow,
          isRetransmission: isRetransmission), now: now)
    }
  }

  private func realm(of register: SIPMessage) -> String {
    guard case .sip(let uri)? = register.requestURI else { return "" }
    return directory.domain(ofHost: uri.host) ?? ""
  }

  /// Decides on a registration, unless a change of the same address is on its way to the record:
  /// what that makes of the bindings counts, so the later request waits for it.
  private func take(_ registration: AdmittedRegistration, now: Now) {
    guard let waiting = waitingRegistrations[registration.address] else {
      return decide(registration, now: now)
    }
    guard waiting.count < registrar.policy.maximumBindings else {
      return answer(
        registration.request, from: registration.flow, status: 503,
        headers: [(.retryAfter, "1")])
    }
    waitingRegistrations[registration.address] = waiting + [registration]
    if let name = registration.name { heldNames.insert(name) }
  }

  private func decide(_ registration: AdmittedRegistration, now: Now) {
    let decision = registrar.decide(
      registration.request, to: registration.address, over: bindingFlow(registration.flow),
      isRetransmission: registration.isRetransmission && !isUnrecorded(registration.name),
      now: now)
    guard !decision.events.isEmpty else { return finish(registration, decision.answer) }
    waitingRegistrations[registration.address] = []
    if let name = registration.name { heldNames.insert(name) }
    nextTicket += 1
    let ticket = SaveTicket(number: nextTicket)
    heldRegistrations[ticket] = HeldRegistration(
      admitted: registration, events: decision.events, answer: decision.answer)
    outlet.save(decision.events, ticket: ticket)
  }

  /// The changes are on record, or cannot be.
  package func bindingsSaved(_ ticket: SaveTicket, isOnRecord: Bool) {
    guard let held = heldRegistrations.removeValue(forKey: ticket) else { return }
    if isOnRecord {
      for event in held.events { registrar.apply(event) }
      counters.registrations += 1
      flowArrived(held.admitted.flow, of: held.admitted.address, now: lastTold)
    }
    if !isOnRecord, let name = held.admitted.name { noteUnrecorded(name) }
    // §10.3 step 7: if the change cannot be made, none of it is.
    finish(held.admitted, isOnRecord ? held.answer : RegisterAnswer(500, "Not Recorded"))
    let waiting = waitingRegistrations.removeValue(forKey: held.admitted.address) ?? []
    for registration in waiting { take(registration, now: lastTold) }
  }

  // A REGISTER whose change could not be recorded has had no effect; should its 500 be lost, the
  // same one again is not answered as if it had, but decided on anew.

  private func isUnrecorded(_ name: RegisterName?) -> Bool {
    name.map(unrecordedNames.contains) ?? false
  }

  private func noteUnrecorded(_ name: RegisterName) {
    unrecordedNames.append(name)
    if unrecordedNames.count > 256 { unrecordedNames.removeFirst(128) }
  }

  private func finish(_ registration: AdmittedRegistration, _ answer: RegisterAnswer) {
    if let name = registration.name { heldNames.remove(name) }
    respond(to: registration.request, from: registration.flow, answer)
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
