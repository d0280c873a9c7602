import CallControl
import Machines
import SIP

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
      let admitted = AdmittedRegistration(
        address: address, request: request, name: name, flow: flow,
        isRetransmission: isRetransmission)
      _ = noteLogin(.accepted, request, realm: realm(of: request), from: flow, now: now)
      take(.registration(admitted), now: now)
    }
  }

  private func realm(of register: SIPMessage) -> String {
    guard case .sip(let uri)? = register.requestURI else { return "" }
    return directory.domain(ofHost: uri.host) ?? ""
  }

  /// Takes an address's binding away, or all of them, for an operator. The completion is called
  /// once, now or when the change is on record and in effect.
  package func removeBindings(
    of address: AddressOfRecord, contact: String?, now: Now,
    completion: @escaping (BindingRemovalOutcome) -> Void
  ) {
    lastTold = now
    take(
      .removal(BindingRemoval(address: address, contact: contact, completion: completion)),
      now: now)
  }

  /// Decides on a request, unless a change of the same address is on its way to the record:
  /// what that makes of the bindings counts, so the later request waits for it.
  private func take(_ request: BindingRequest, now: Now) {
    guard let waiting = waitingBindingRequests[request.address] else {
      return decide(request, now: now)
    }
    guard waiting.count < registrar.policy.maximumBindings else { return refuse(request) }
    waitingBindingRequests[request.address] = waiting + [request]
    if case .registration(let registration) = request, let name = registration.name {
      heldNames.insert(name)
    }
  }

  private func refuse(_ request: BindingRequest) {
    switch request {
    case .registration(let registration):
      answer(
        registration.request, from: registration.flow, status: 503,
        headers: [(.retryAfter, "1")])
    case .removal(let removal): removal.completion(.busy)
    }
  }

  private func decide(_ request: BindingRequest, now: Now) {
    switch request {
    case .registration(let registration): decide(registration, now: now)
    case .removal(let removal): decide(removal, now: now)
    }
  }

  private func decide(_ registration: AdmittedRegistration, now: Now) {
    let decision = registrar.decide(
      registration.request, to: registration.address, over: bindingFlow(registration.flow),
      isRetransmission: registration.isRetransmission && !isUnrecorded(registration.name),
      now: now)
    guard !decision.events.isEmpty else { return finish(registration, decision.answer) }
    if let name = registration.name { heldNames.insert(name) }
    hold(
      HeldBindingChange(
        waiting: .registration(registration, decision.answer), events: decision.events))
  }

  private func decide(_ removal: BindingRemoval, now: Now) {
    let events = registrar.bindings(for: removal.address, at: now.wall)
      .filter { removal.contact == nil || $0.contact == removal.contact }
      .map { BindingEvent.removed(removal.address, $0.key) }
    guard !events.isEmpty else { return removal.completion(.removed(0)) }
    hold(HeldBindingChange(waiting: .removal(removal), events: events))
  }

  private func hold(_ change: HeldBindingChange) {
    waitingBindingRequests[change.address] = []
    nextTicket += 1
    let ticket = SaveTicket(number: nextTicket)
    heldBindingChanges[ticket] = change
    outlet.save(change.events, ticket: ticket)
  }

  /// The changes are on record, or cannot be.
  package func bindingsSaved(_ ticket: SaveTicket, isOnRecord: Bool) {
    guard let held = heldBindingChanges.removeValue(forKey: ticket) else { return }
    if isOnRecord { for event in held.events { registrar.apply(event) } }
    switch held.waiting {
    case .registration(let registration, let answer):
      conclude(registration, answer, isOnRecord: isOnRecord)
    case .removal(let removal):
      removal.completion(isOnRecord ? .removed(held.events.count) : .notRecorded)
    }
    if isOnRecord { bindingsChanged(held) }
    let waiting = waitingBindingRequests.removeValue(forKey: held.address) ?? []
    for request in waiting { take(request, now: lastTold) }
  }

  private func conclude(
    _ registration: AdmittedRegistration, _ answer: RegisterAnswer, isOnRecord: Bool
  ) {
    if isOnRecord {
      counters.registrations += 1
    } else if let name = registration.name {
      noteUnrecorded(name)
    }
    // §10.3 step 7: if the change cannot be made, none of it is.
    finish(registration, isOnRecord ? answer : RegisterAnswer(500, "Not Recorded"))
  }

  /// A phone has come, or gone: what has waited for it, and who watches.
  private func bindingsChanged(_ held: HeldBindingChange) {
    let address = held.address
    touch(address, .registration, .presence, now: lastTold)
    guard case .registration(let registration, _) = held.waiting else { return }
    flowArrived(registration.flow, of: address, now: lastTold)
    let contacts = held.events.compactMap { event in
      if case .bound(_, let binding) = event { binding.contact } else { nil }
    }
    guard !contacts.isEmpty else { return }
    subscriptionFlowArrived(bindingFlow(registration.flow), contacts: contacts, of: address)
    deliverKept(to: address, at: contacts)
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
    var addresses: Set<AddressOfRecord> = []
    for event in registrar.expire(now: now) {
      registrar.apply(event)
      if case .expired(let address, _, _) = event { addresses.insert(address) }
    }
    for address in addresses { touch(address, .registration, .presence, now: now) }
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

  func bindingFlow(_ flow: Flow) -> BindingFlow {
    BindingFlow(
      transport: flow.transport, remote: flow.remote,
      listener: configuration.listenerNames[Int(flow.listener.index)],
      connection: flow.connection)
  }
}
