import Machines
import SIP

// UPDATE, and offers in PRACK: RFC 3311, RFC 3262 §5, RFC 6337 §2.2.
extension CallStep {
  /// An UPDATE that is in order, whose transaction is open.
  mutating func receiveUpdate(
    _ update: SIPMessage, _ cSeq: UInt32, on leg: LegID, from flow: Flow
  ) {
    learn(from: update, on: leg)
    let offer = sessionDescription(of: update)
    if let (status, headers) = refusal(ofUpdate: cSeq, hasOffer: offer != nil, on: leg) {
      return finish(leg, .update, cSeq: cSeq, status: status, headers: headers)
    }
    if case .tooShort(let minimum) = sessionVerdict(on: update, leg: leg) {
      return finish(
        leg, .update, cSeq: cSeq, status: 422, headers: [(.minSE, String(minimum))])
    }
    learnMinimum(from: update, on: leg)
    guard offer != nil || update.body.isEmpty else {
      return finish(
        leg, .update, cSeq: cSeq, status: 415, headers: [(.accept, sdpContentType)])
    }
    if let contact = update.contacts.first?.uri { record(leg, .targetRefreshed(contact.text)) }
    redirectFlow(leg, from: flow)
    guard let offer else { return accept(leg, .update, cSeq: cSeq, body: []) }
    relay(offer, in: .update, cSeq, from: leg, under: update.toTag)
  }

  /// §5.2: 500 while an offer of the party's own, or another UPDATE, has no answer; 491 while one
  /// of ours has none.
  private mutating func refusal(
    ofUpdate cSeq: UInt32, hasOffer: Bool, on leg: LegID
  ) -> (Int, [(HeaderName, String)])? {
    let retry = [(HeaderName.retryAfter, String(context.random.next() % 11))]
    if call[leg].hasPendingOffer(besides: cSeq) { return (500, retry) }
    guard hasOffer else { return nil }
    switch exchange(on: leg, besides: cSeq) {
    case .none: return nil
    case .ours: return (491, [])
    case .theirs: return (500, retry)
    }
  }

  /// An offer in the PRACK for a response that completed the exchange before.
  mutating func offeredInPrack(
    _ offer: [UInt8], _ prack: SIPMessage, _ cSeq: UInt32, on leg: LegID, from flow: Flow
  ) {
    open(prack, cSeq: cSeq, on: leg, from: flow.responding(to: prack))
    guard exchange(on: leg, besides: cSeq) == .none else {
      return finish(leg, .prack, cSeq: cSeq, status: 488)
    }
    relay(offer, in: .prack, cSeq, from: leg, under: prack.toTag)
  }

  /// Passes an offer on to the other party: in an UPDATE where it takes one, else in a re-INVITE
  /// once it is in the call.
  private mutating func relay(
    _ offer: [UInt8], in method: SIPMethod, _ cSeq: UInt32, from leg: LegID, under tag: String?
  ) {
    if case .talking = call.stage, call.peer(of: leg) == nil {
      return answerLocally(offer, method, cSeq, on: leg)
    }
    guard let peer = peerOfOffer(from: leg, under: tag) else {
      // What was not agreed on cannot be changed: §5.2 has 504 for an answer that cannot be had
      // at once.
      return finish(leg, method, cSeq: cSeq, status: 504)
    }
    let isConfirmed = call[leg].stage == .confirmed && call[peer].stage == .confirmed
    let takesUpdate = call[peer].capabilities.contains(.update)
    guard exchange(on: peer) == .none, call[peer].stage != .ended else {
      return finish(leg, method, cSeq: cSeq, status: isConfirmed ? 491 : 504)
    }
    guard takesUpdate || isConfirmed else {
      return finish(leg, method, cSeq: cSeq, status: 504)
    }
    guard let body = describe(offer, from: leg, to: peer, isAnswer: false) else {
      withdraw(leg, peer)
      return finish(leg, method, cSeq: cSeq, status: 488)
    }
    if takesUpdate {
      sendUpdate(on: peer, purpose: .relayed(for: leg, cSeq: cSeq), body: body)
    } else {
      sendInvite(on: peer, cSeq: call[peer].dialog.localCSeq + 1, body: body)
    }
  }

  /// The other end of the call or of the early dialog, with which a session has been agreed on.
  private func peerOfOffer(from leg: LegID, under tag: String?) -> LegID? {
    if let peer = call.peer(of: leg) { return peer }
    guard call.stage == .dialling else { return nil }
    let phone = leg == .caller ? phone(under: tag ?? "") : leg
    guard let phone, call[phone].isInSetup, call[phone].agreed != nil else { return nil }
    if leg == .caller { return phone }
    return callerKnows(leg) ? .caller : nil
  }

  mutating func sendUpdate(on leg: LegID, purpose: RequestPurpose, body: [UInt8]) {
    sendInDialog(
      .update, on: leg, purpose: purpose,
      headers: [(.contact, "<\(call[leg].contact)>"), (.allow, allowedMethods)]
        + sessionHeaders(on: leg), body: body,
      contentType: body.isEmpty ? nil : sdpContentType)
  }

  /// The 2xx to an UPDATE, or to a PRACK with an offer.
  mutating func accept(_ leg: LegID, _ method: SIPMethod, cSeq: UInt32, body: [UInt8]) {
    var headers: [(HeaderName, String)] = []
    if method == .update {
      headers = [(.contact, "<\(call[leg].contact)>"), (.allow, allowedMethods)]
      if call[leg].stage == .confirmed {
        headers += startTimer(leg, call[leg].pendingOffer(cSeq)?.timing)
      }
    }
    finish(
      leg, method, cSeq: cSeq, status: 200, headers: headers,
      body: body, contentType: body.isEmpty ? nil : sdpContentType)
  }

  /// A switch that is itself the other party.
  private mutating func answerLocally(
    _ offer: [UInt8], _ method: SIPMethod, _ cSeq: UInt32, on leg: LegID
  ) {
    guard leg == .caller, let body = serviceAnswer(to: offer) else {
      return finish(leg, method, cSeq: cSeq, status: 488)
    }
    accept(leg, method, cSeq: cSeq, body: body)
    startService()
  }

  // The other party's answer

  /// The final response to an UPDATE that was passed on from `origin`.
  mutating func updateAnswered(
    _ leg: LegID, for origin: LegID, _ cSeq: UInt32, _ response: SIPMessage
  ) {
    learn(from: response, on: leg)
    guard 200...299 ~= response.statusCode else {
      return updateRejected(
        leg, for: origin, cSeq, status: response.statusCode, reason: response.reasonPhrase)
    }
    if let contact = response.contacts.first?.uri {
      record(leg, .targetRefreshed(contact.text))
      redirectFlow(leg)
    }
    if call[leg].stage == .confirmed { sessionRefreshed(leg, by: response) }
    answerOffer(of: origin, cSeq, by: leg, sessionDescription(of: response))
  }

  mutating func updateRejected(
    _ leg: LegID, for origin: LegID, _ cSeq: UInt32, status: Int, reason: String?
  ) {
    withdraw(leg, origin)
    if let method = call[origin].pendingOffer(cSeq)?.method {
      finish(origin, method, cSeq: cSeq, status: status, reason: reason)
    }
  }

  /// What the other party answered goes back to whoever offered in an UPDATE or a PRACK.
  mutating func answerOffer(
    of origin: LegID, _ cSeq: UInt32, by leg: LegID, _ answer: [UInt8]?
  ) {
    guard let request = call[origin].pendingOffer(cSeq) else { return }
    guard let answer, let body = describe(answer, from: leg, to: origin, isAnswer: true) else {
      withdraw(leg, origin)
      return finish(origin, request.method, cSeq: cSeq, status: 488)
    }
    let callee = leg == call.firstParty ? origin : leg
    agree(callee)
    if call.bridge.map({ $0.callee == callee }) ?? true { bridge(to: callee) }
    accept(origin, request.method, cSeq: cSeq, body: body)
  }

  /// The party's dialog is about to end: its offers get no answer.
  mutating func refusePendingOffers(_ leg: LegID) {
    for request in call[leg].receivedRequests where request.isPendingOffer {
      finish(leg, request.method, cSeq: request.cSeq, status: 487)
    }
  }
}

/// Whose offer has no answer yet: RFC 3264 §4 allows one at a time in a dialog.
enum OpenOffer: Equatable {
  case none
  case ours
  case theirs
}

extension CallStep {
  /// `besides`: the request that asks.
  func exchange(on leg: LegID, besides cSeq: UInt32? = nil) -> OpenOffer {
    let leg = call[leg]
    if leg.hasPendingOffer(besides: cSeq) { return .theirs }
    if leg.sentRequests.contains(where: \.isPendingOffer) { return .ours }
    for invite in leg.receivedInvites {
      if invite.isPending {
        if invite.reliable?.isAnswered == true { continue }
        return invite.hasOffer ? .theirs : .ours
      }
      if invite.awaitsAcknowledgement, !invite.hasOffer, invite.reliable?.isAnswered != true {
        return .ours
      }
    }
    for invite in leg.sentInvites {
      if invite.isPending, !(leg.isInSetup && leg.agreed != nil) { return .ours }
      if invite.awaitsAcknowledgement { return .theirs }
    }
    return .none
  }
}

extension ReliableResponses {
  /// The exchange that the INVITE began is over: its description went reliably and arrived.
  fileprivate var isAnswered: Bool { dialogs.contains(where: \.isDescribed) && !holdsAnswers }
}

extension Leg {
  /// An UPDATE, or a PRACK with an offer, that has no final response.
  func hasPendingOffer(besides cSeq: UInt32? = nil) -> Bool {
    receivedRequests.contains { $0.isPendingOffer && $0.cSeq != cSeq }
  }

  func pendingOffer(_ cSeq: UInt32) -> ReceivedRequest? {
    receivedRequests.first { $0.isPendingOffer && $0.cSeq == cSeq }
  }

  /// The one that waits for a re-INVITE of the other party.
  var pendingOffer: ReceivedRequest? { receivedRequests.first(where: \.isPendingOffer) }
}

extension ReceivedRequest {
  fileprivate var isPendingOffer: Bool {
    guard method == .update || method == .prack else { return false }
    switch transaction.state {
    case .trying, .proceeding: return true
    case .completed, .terminated: return false
    }
  }
}

extension SentRequest {
  fileprivate var isPendingOffer: Bool {
    guard method == .update, case .relayed = purpose else { return false }
    switch transaction.state {
    case .created, .trying, .proceeding: return true
    case .completed, .terminated: return false
    }
  }
}
