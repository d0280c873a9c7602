import Machines
import SIP

/// The transactions that one leg may hold; each lingers for 32 s over UDP. Only a BYE is taken
/// beyond that.
let maximumTransactions = 24

// Requests from the parties: RFC 3261 §9.2, §12.2.2, §14.2, §15.1.2, §17.2.3.
extension CallStep {
  /// `flow`: where the request came from.
  mutating func receive(_ request: SIPMessage, on leg: LegID, from flow: Flow) {
    guard call.has(leg), let cSeq = request.cSeq else { return }
    switch request.method {
    case .ack: receiveAck(request, cSeq.number, on: leg)
    case .cancel: receiveCancel(request, cSeq.number, on: leg, from: flow)
    case .invite: receiveInvite(request, cSeq.number, on: leg, from: flow)
    case .prack: receivePrack(request, cSeq.number, on: leg, from: flow)
    default: receiveOther(request, cSeq.number, on: leg, from: flow)
    }
  }

  private mutating func receiveAck(_ ack: SIPMessage, _ cSeq: UInt32, on leg: LegID) {
    guard let invite = receivedInvite(leg, cSeq) else { return }
    guard invite.delivery != nil else {
      return advance(leg, invite: cSeq, .acknowledgement)
    }
    guard invite.awaitsAcknowledgement else { return }
    advance(leg, delivery: cSeq, .acknowledgement)
    answerAcknowledged(leg, hadOffer: invite.hasOffer, ack)
  }

  private mutating func receiveCancel(
    _ cancel: SIPMessage, _ cSeq: UInt32, on leg: LegID, from flow: Flow
  ) {
    guard let invite = receivedInvite(leg, cSeq), invite.branch == cancel.topVia?.branch ?? ""
    else {
      return answerStatelessly(cancel, on: leg, flow: flow, status: 481)
    }
    answerStatelessly(cancel, on: leg, flow: flow, status: 200)
    guard invite.isPending else { return }
    noteReasons(of: cancel)
    if leg == .caller, call.caller.stage == .inviting || invite.reliable?.heldAnswer != nil {
      reject(leg, invite: cSeq, status: 487)
      concludeUnanswered(by: .caller, status: 487, reason: ReasonPhrase.standard(487))
    } else {
      modificationCancelled(leg, cSeq: cSeq)
    }
  }

  private mutating func receiveInvite(
    _ invite: SIPMessage, _ cSeq: UInt32, on leg: LegID, from flow: Flow
  ) {
    if let received = receivedInvite(leg, cSeq) {
      advance(leg, invite: cSeq, .retransmission)
      if received.awaitsAcknowledgement { advance(leg, delivery: cSeq, .retransmission) }
      return
    }
    guard isCurrent(invite, cSeq, on: leg, from: flow) else { return }
    modify(invite, cSeq, on: leg, from: flow)
  }

  private mutating func receiveOther(
    _ request: SIPMessage, _ cSeq: UInt32, on leg: LegID, from flow: Flow
  ) {
    let method = request.method
    if receivedRequest(leg, method, cSeq) != nil {
      return advance(leg, method, cSeq: cSeq, .retransmission)
    }
    guard isCurrent(request, cSeq, on: leg, from: flow) else { return }
    record(leg, .advancedRemote(cSeq: cSeq))
    redirectFlow(leg, from: flow)
    switch method {
    case .options:
      return answerStatelessly(
        request, on: leg, flow: flow, status: 200,
        headers: [(.allow, allowedMethods), (.accept, sdpContentType)])
    case .bye, .info, .message, .update, .refer:
      open(request, cSeq: cSeq, on: leg, from: flow.responding(to: request))
    default:
      return answerStatelessly(
        request, on: leg, flow: flow, status: 405, headers: [(.allow, allowedMethods)])
    }
    switch method {
    case .bye:
      noteReasons(of: request)
      finish(leg, method, cSeq: cSeq, status: 200)
      partyHungUp(leg)
    case .update: receiveUpdate(request, cSeq, on: leg, from: flow)
    case .refer: receiveRefer(request, cSeq, on: leg)
    default:
      passOn(request, cSeq, from: leg)
    }
  }

  /// Whether a request that is no retransmission may act: its dialog is alive and its number is
  /// the next (§12.2.2). Answers those that may not.
  private mutating func isCurrent(
    _ request: SIPMessage, _ cSeq: UInt32, on leg: LegID, from flow: Flow
  ) -> Bool {
    if call[leg].stage == .ended {
      // A BYE that crossed ours still finds what it means to end: RFC 5407 §3.1.4, "Morgue".
      let status = request.method == .bye ? 200 : 481
      answerStatelessly(request, on: leg, flow: flow, status: status)
      return false
    }
    guard call[leg].dialog.accepts(cSeq: cSeq) else {
      answerStatelessly(request, on: leg, flow: flow, status: 500)
      return false
    }
    if call[leg].transactionCount >= maximumTransactions, request.method != .bye {
      answerStatelessly(
        request, on: leg, flow: flow, status: 503, headers: [(.retryAfter, "5")])
      return false
    }
    return true
  }

  // INFO and MESSAGE travel to the other party and its answer travels back.

  private mutating func passOn(_ request: SIPMessage, _ cSeq: UInt32, from leg: LegID) {
    let method = request.method
    guard let peer = dialogPeer(of: leg, under: request.toTag) else {
      // A service listens politely; between parties there is nobody to tell yet.
      let status = call.isTalkingToService ? 200 : 480
      return finish(leg, method, cSeq: cSeq, status: status)
    }
    var headers: [(HeaderName, String)] = []
    for name in [HeaderName("Info-Package"), HeaderName("Content-Disposition")] {
      if let value = request.firstValue(name) { headers.append((name, value)) }
    }
    sendInDialog(
      method, on: peer, purpose: .relayed(for: leg, cSeq: cSeq), headers: headers,
      body: Array(request.body), contentType: request.contentType)
  }

  /// The leg at the other end that has a dialog, early ones included.
  private func dialogPeer(of leg: LegID, under tag: String?) -> LegID? {
    if let peer = call.peer(of: leg) { return call[peer].stage == .confirmed ? peer : nil }
    guard call.stage == .dialling else { return nil }
    if leg != .caller { return call[leg].isInSetup && callerKnows(leg) ? .caller : nil }
    guard let phone = phone(under: tag ?? ""), call[phone].isInSetup,
      !call[phone].dialog.remoteTag.isEmpty
    else { return nil }
    return phone
  }

  mutating func receive(_ response: SIPMessage, on leg: LegID, for request: SentRequest) {
    guard response.statusCode >= 200 else {
      _ = advance(leg, sent: request, .provisional)
      return
    }
    guard advance(leg, sent: request, .final) else { return }
    if request.purpose == .refresh { return refreshAnswered(leg, response) }
    guard case .relayed(let origin, let cSeq) = request.purpose else { return }
    if request.method == .update {
      updateAnswered(leg, for: origin, cSeq, response)
    } else {
      finish(
        origin, request.method, cSeq: cSeq, status: response.statusCode,
        reason: response.reasonPhrase, body: Array(response.body),
        contentType: response.contentType)
    }
    if response.statusCode == 481 || response.statusCode == 408 {
      dialogVanished(leg, status: response.statusCode, reason: response.reasonPhrase)
    }
  }

  /// A party that no longer knows the dialog, or is silent, is in the call no more
  /// (RFC 3261 §12.2.1.2, RFC 5057 §5.1).
  mutating func dialogVanished(_ leg: LegID, status: Int, reason: String?) {
    guard case .talking = call.stage, call[leg].stage == .confirmed else { return }
    sendBye(leg)
    release(by: .system, status: status, reason: reason ?? ReasonPhrase.standard(status))
  }
}
