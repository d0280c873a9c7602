import Machines
import SIP

// re-INVITE: hold, resume and whatever else a party changes: RFC 3261 §14.
extension CallStep {
  mutating func modify(_ invite: SIPMessage, _ cSeq: UInt32, on leg: LegID, from flow: Flow) {
    let offer = sessionDescription(of: invite)
    takeAsAcknowledgement(on: leg)
    let refusal = refusalOfModification(on: leg)
    let verdict = sessionVerdict(on: invite, leg: leg)
    var timing: SessionTiming?
    if case .accepted(let accepted) = verdict { timing = accepted }
    record(leg, .advancedRemote(cSeq: cSeq))
    record(
      leg,
      .inviteReceived(
        ReceivedInvite(
          cSeq: cSeq, branch: invite.topVia?.branch ?? "",
          template: ResponseTemplate(of: invite, flow: flow.responding(to: invite)),
          hasOffer: offer != nil,
          transaction: InviteServerTransaction(settings: settings(for: flow)), delivery: nil,
          timing: timing)))
    if let (status, headers) = refusal {
      return reject(leg, invite: cSeq, status: status, headers: headers)
    }
    if case .tooShort(let minimum) = verdict {
      return reject(leg, invite: cSeq, status: 422, headers: [(.minSE, String(minimum))])
    }
    learnMinimum(from: invite, on: leg)
    guard offer != nil || invite.body.isEmpty else {
      return reject(leg, invite: cSeq, status: 415, headers: [(.accept, sdpContentType)])
    }
    if let contact = invite.contacts.first?.uri { record(leg, .targetRefreshed(contact.text)) }
    learn(from: invite, on: leg)
    redirectFlow(leg, from: flow)
    respond(leg, invite: cSeq, status: 100)
    guard let peer = call.peer(of: leg) else { return serviceModified(cSeq, offer) }
    var body: [UInt8] = []
    if let offer {
      guard let described = describe(offer, from: leg, to: peer, isAnswer: false) else {
        withdraw(leg, peer)
        return reject(leg, invite: cSeq, status: 488)
      }
      body = described
    }
    sendInvite(on: peer, cSeq: call[peer].dialog.localCSeq + 1, body: body)
  }

  /// Whoever sends a re-INVITE has our 2xx to the INVITE before, even if the ACK was lost: with the
  /// offer in that INVITE and the answer in the 2xx, the ACK would have told us nothing more
  /// (RFC 5407 §3.1.4).
  private mutating func takeAsAcknowledgement(on leg: LegID) {
    guard case .talking = call.stage else { return }
    for invite in call[leg].receivedInvites where invite.awaitsAcknowledgement && invite.hasOffer {
      advance(leg, delivery: invite.cSeq, .acknowledgement)
      if call[leg].stage == .answered { record(leg, .staged(.confirmed)) }
    }
  }

  /// §14.2: one INVITE at a time. 500 when the party's own last one is still open, 491 when one
  /// of ours is, on its leg or on the way to the other party.
  private func refusalOfModification(on leg: LegID) -> (Int, [(HeaderName, String)])? {
    if call[leg].receivedInvites.contains(where: \.isPending) {
      return (500, [(.retryAfter, String(context.random.next() % 10 + 1))])
    }
    guard case .talking = call.stage, call[leg].stage == .confirmed else { return (491, []) }
    if call[leg].hasInviteInProgress || exchange(on: leg) == .ours { return (491, []) }
    if exchange(on: leg) == .theirs {
      return (500, [(.retryAfter, String(context.random.next() % 10 + 1))])
    }
    if let peer = call.peer(of: leg) {
      if call[peer].hasInviteInProgress || exchange(on: peer) != .none { return (491, []) }
      // It has left while another is being called in its place.
      if call[peer].stage == .ended { return (491, []) }
    }
    return nil
  }

  mutating func modificationAccepted(_ leg: LegID, _ invite: SentInvite, _ response: SIPMessage) {
    if let acknowledgement = invite.acknowledgement {
      return send(acknowledgement, to: call[leg].flow, leg: leg)
    }
    if let contact = response.contacts.first?.uri {
      record(leg, .targetRefreshed(contact.text))
      redirectFlow(leg)
    }
    learn(from: response, on: leg)
    if call[leg].stage == .confirmed { sessionRefreshed(leg, by: response) }
    if let peer = call.peer(of: leg), let request = call[peer].pendingOffer {
      acknowledge(leg, invite: invite)
      return answerOffer(of: peer, request.cSeq, by: leg, sessionDescription(of: response))
    }
    guard let peer = call.peer(of: leg), call[leg].stage == .confirmed,
      let cSeq = call[peer].receivedInvites.first(where: \.isPending)?.cSeq
    else {
      // The party that asked has cancelled or gone, or we asked ourselves.
      acknowledge(leg, invite: invite)
      return refreshAccepted(leg, invite, response)
    }
    guard let description = sessionDescription(of: response),
      let body = describe(description, from: leg, to: peer, isAnswer: invite.hasOffer)
    else {
      acknowledge(leg, invite: invite)
      withdraw(leg, peer)
      return reject(peer, invite: cSeq, status: 488)
    }
    if invite.hasOffer {
      acknowledge(leg, invite: invite)
      agree(leg == call.firstParty ? peer : leg)
      refreshBridge()
    }
    accept(
      peer, invite: cSeq, status: response.statusCode, reason: response.reasonPhrase, body: body)
  }

  mutating func modificationRejected(_ leg: LegID, status: Int, reason: String?) {
    guard let peer = call.peer(of: leg) else {
      // A refresh of a call with the switch itself.
      if status == 481 || status == 408 {
        return dialogVanished(leg, status: status, reason: reason)
      }
      return refreshRefused(leg, status: status)
    }
    withdraw(leg, peer)
    if let cSeq = call[peer].receivedInvites.first(where: \.isPending)?.cSeq {
      reject(peer, invite: cSeq, status: status, reason: reason)
    } else if let request = call[peer].pendingOffer {
      finish(peer, request.method, cSeq: request.cSeq, status: status, reason: reason)
    } else {
      refreshRefused(leg, status: status)
    }
    // §12.2.1.2: the party no longer knows the dialog, or is silent.
    if status == 481 || status == 408 {
      if call[leg].stage == .confirmed { sendBye(leg) }
      release(by: .system, status: status, reason: reason ?? ReasonPhrase.standard(status))
    }
  }

  /// Takes the re-INVITE back from the other party too. What that says at last is the answer to
  /// both: a 487, or the 2xx that was quicker than the CANCEL (§9.2), so that both sides have the
  /// same session.
  mutating func modificationCancelled(_ leg: LegID, cSeq: UInt32) {
    guard let peer = call.peer(of: leg),
      let invite = call[peer].sentInvites.first(where: \.isPending)
    else { return reject(leg, invite: cSeq, status: 487) }
    guard !invite.isUnwanted else { return }
    record(peer, .inviteUnwanted(branch: invite.branch))
    if case .proceeding = invite.transaction.state { sendCancel(peer, invite: invite) }
  }

  /// The ACK for a 2xx has come: the answer may be in it.
  mutating func answerAcknowledged(_ leg: LegID, hadOffer: Bool, _ ack: SIPMessage) {
    if call[leg].stage == .hangingUp {
      return sendBye(leg)
    }
    if call[leg].stage == .answered { record(leg, .staged(.confirmed)) }
    guard !hadOffer, let peer = call.peer(of: leg),
      let invite = call[peer].sentInvites.first(where: \.awaitsAcknowledgement)
    else { return }
    guard let answer = sessionDescription(of: ack),
      let body = describe(answer, from: leg, to: peer, isAnswer: true)
    else {
      acknowledge(peer, invite: invite)
      if call[peer].stage == .answered { record(peer, .staged(.confirmed)) }
      return release(by: .system, status: 488, reason: "No answer in ACK")
    }
    acknowledge(peer, invite: invite, answer: body)
    if call[peer].stage == .answered { record(peer, .staged(.confirmed)) }
    agree(leg == call.firstParty ? peer : leg)
    bridge(to: leg == call.firstParty ? peer : leg)
  }
}
