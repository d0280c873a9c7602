import Machines
import SIP

// Within the dialog: RFC 3261 §12.2, §14, §15.
extension PhoneCall {
  func dialogRequest(_ method: SIPMethod) -> PhoneRequest {
    let own = isCaller ? "<\(phone.address)>" : "<\(phone.contact)>"
    return PhoneRequest(
      method: method, uri: target, from: "\(own);tag=\(tag)",
      to: nodeTag.map { "\(peer);tag=\($0)" } ?? peer, callID: callID, cSeq: cSeq,
      branch: phone.branch())
  }

  /// Both hear each other: what the session has planned, and sometimes a change.
  func talk() {
    let hangsUp = session.releaser == (isCaller ? .caller : .callee)
    if hangsUp { after(session.talk, in: .confirmed) { $0.hangUp() } }
    if world.random.chance(0.2) {
      after(world.random.duration(.milliseconds(50) ... .seconds(30)), in: .confirmed) { call in
        guard !call.isModifying else { return }
        call.sendInvite(
          body: call.world.random.chance(0.9) ? call.description() : [], isFirst: false)
      }
    }
    if world.random.chance(0.1) {
      after(world.random.duration(.milliseconds(50) ... .seconds(30)), in: .confirmed) { call in
        call.request(.info)
      }
    }
  }

  private var isModifying: Bool {
    invites.contains { !$0.isFirst && !$0.isFinal } || !finals.isEmpty
  }

  func hangUp() {
    if stage == .confirmed { leave() }
  }

  func leave() {
    move(to: .leaving)
    for invite in invites where !invite.isFirst { invite.sending.stop() }
    request(.bye)
  }

  private func request(_ method: SIPMethod) {
    cSeq += 1
    let request = dialogRequest(method)
    requests[request.branch + method.name] = Retransmission(
      phone, request.bytes(via: "\(phone.endpoint)"), cap: Retransmission.t2
    ) { [unowned self] in
      if method == .bye { end() }
    }
  }

  func requestAnswered(_ response: SIPMessage) {
    switch response.method {
    case .bye: end()
    case .info where response.statusCode == 481: hangUp()
    default: break
    }
  }

  // MARK: Requests of the node

  func take(request: SIPMessage) {
    guard let cSeq = request.cSeq?.number, let branch = request.topVia?.branch else { return }
    if stage == .calling {
      // None of the node's 2xx has arrived; it has given up waiting for the ACK.
      end()
      return phone.send(respond(481, to: request))
    }
    if request.toTag != nil, let nodeTag, request.fromTag != nodeTag, !session.isDoubtful {
      world.violate(
        .tagChanged, "\(request.brief): \(nodeTag) then \(request.fromTag ?? "-")")
    }
    if request.method == .ack { return acknowledged(cSeq) }
    if let response = responses[branch + request.method.name] { return phone.send(response) }
    if request.method == .cancel { return cancelled(request) }
    // A first INVITE that is repeated before anything was said.
    if request.method == .invite, request.toTag == nil { return }
    guard cSeq > nodeCSeq else { return phone.send(respond(500, to: request)) }
    nodeCSeq = cSeq
    switch request.method {
    case .bye:
      phone.send(respond(200, to: request))
      end()
    case .invite: modify(request, cSeq)
    default: phone.send(respond(isOver ? 481 : 200, to: request))
    }
  }

  private func modify(_ invite: SIPMessage, _ cSeq: UInt32) {
    var status = 200
    if stage != .confirmed {
      status = isOver ? 481 : 491
    } else if invites.contains(where: { !$0.isFirst && !$0.isFinal }) {
      status = 491
    } else if world.random.chance(0.1) {
      status = 488
    }
    let bytes = respond(status, to: invite, body: status == 200 ? description() : [])
    finals[cSeq] = Retransmission(phone, bytes, cap: Retransmission.t2) { [unowned self] in
      finals[cSeq] = nil
      // §14.2 and §13.3.1.4: a 2xx without an ACK ends the dialog.
      if status == 200 { hangUp() }
    }
  }
}
