import Machines
import SIP

// Responses from the phones that are tried: RFC 3261 §13.2.2, §16.7.
extension CallStep {
  mutating func receive(_ response: SIPMessage, on leg: LegID) {
    guard call.has(leg), let branch = response.topVia?.branch else { return }
    if response.method == .invite {
      guard let invite = sentInvite(leg, branch) else { return }
      receive(response, on: leg, for: invite)
    } else {
      guard let request = sentRequest(leg, branch, response.method) else { return }
      receive(response, on: leg, for: request)
    }
  }

  private mutating func receive(_ response: SIPMessage, on leg: LegID, for invite: SentInvite) {
    let isSetup = isFirst(invite, of: leg)
    switch response.statusCode {
    case 100...199:
      if isSetup, invite.isAccepted { return siblingProgressed(leg, invite, response) }
      guard advance(leg, sent: invite, .provisional) else { return }
      if isSetup {
        progressed(leg, invite, response)
      } else {
        modificationProgressed(leg, invite.branch)
      }
    case 200...299:
      let isRepeated = invite.isAccepted
      guard advance(leg, sent: invite, .success) else { return }
      // The caller's answer to its offer is still to come, and the ACK with it.
      if isRepeated, invite.acknowledgement == nil, !isSetup { return }
      if isSetup {
        answered(leg, invite, response)
      } else {
        modificationAccepted(leg, invite, response)
      }
    default:
      let acknowledgement = rejectionAcknowledgement(leg, invite: invite, response: response)
      guard advance(leg, sent: invite, .rejection(acknowledgement: acknowledgement)) else { return }
      if askedForLonger(leg, invite, response) { return }
      if isSetup {
        if response.statusCode == 503, serverFailed(leg, retryAfter: response.retryAfter) { return }
        noteRedirection(leg, response)
        phoneFailed(leg, status: response.statusCode, reason: response.reasonPhrase)
      } else {
        modificationRejected(leg, status: response.statusCode, reason: response.reasonPhrase)
      }
    }
  }

  /// The recipient of a re-INVITE lives: a CANCEL that waited for that may go.
  private mutating func modificationProgressed(_ leg: LegID, _ branch: String) {
    guard let invite = sentInvite(leg, branch), invite.isUnwanted,
      sentRequest(leg, branch, .cancel) == nil
    else { return }
    sendCancel(leg, invite: invite)
  }

  private mutating func progressed(_ leg: LegID, _ invite: SentInvite, _ response: SIPMessage) {
    if case .cancelling(until: nil) = call[leg].stage {
      return cancelNow(leg, invite)
    }
    if call.isTransferTarget(leg) { return targetProgressed(leg, invite, response) }
    // A 199 says that a fork has failed (RFC 6228), which is no news of ringing.
    guard response.statusCode > 100, response.statusCode != 199, call.stage == .dialling,
      call[leg].isInSetup
    else { return }
    let reliability = reliability(of: response, to: invite, on: leg)
    guard reliability != .ignored else { return }
    if call[leg].dialog.remoteTag.isEmpty, let tag = response.toTag {
      establish(leg, tag, response)
    }
    learn(from: response, on: leg)
    if call[leg].stage == .inviting {
      record(leg, .staged(.ringing))
      record(leg, .rang(now.wall))
    }
    if call.firstRinging == nil { record(.rang(leg, now.wall)) }
    let body = earlyDescription(from: leg, response, invite, reliability)
    // That a second phone rings too is no news to the caller.
    guard !body.isEmpty || call.firstRinging == leg,
      let cSeq = call.caller.receivedInvites.first(where: \.isPending)?.cSeq
    else { return }
    respond(
      .caller, invite: cSeq, status: response.statusCode, reason: response.reasonPhrase,
      toTag: callerTag(for: leg, isDescribed: !body.isEmpty), body: body)
  }

  /// The first phone with early media is heard; the others only ring.
  private mutating func earlyDescription(
    from leg: LegID, _ response: SIPMessage, _ invite: SentInvite, _ reliability: Reliability
  ) -> [UInt8] {
    guard case .next(let receipt) = reliability else {
      return earlyAnswer(from: leg, response)
    }
    guard receipt.tag == call[leg].dialog.remoteTag else {
      acknowledgeSibling(leg, invite, receipt, response)
      return []
    }
    if !invite.hasOffer, call[leg].agreed == nil {
      return earlyOffer(from: leg, response, invite, receipt)
    }
    let isFirst = call[leg].agreed == nil && sessionDescription(of: response) != nil
    let body = isFirst ? earlyAnswer(from: leg, response) : []
    acknowledge(leg, invite, receipt)
    // Both sides of it are on record with the phone: it is what an UPDATE would change.
    if isFirst, call[leg].remote != nil { agree(leg) }
    return body
  }

  /// A phone that was offered nothing offers in a reliable response: the caller's PRACK brings the
  /// answer, and ours waits for it (RFC 3262 §5).
  private mutating func earlyOffer(
    from leg: LegID, _ response: SIPMessage, _ invite: SentInvite, _ receipt: ReliableReceipt
  ) -> [UInt8] {
    guard let offer = sessionDescription(of: response),
      let described = describe(offer, from: leg, to: .caller, isAnswer: false)
    else {
      acknowledge(leg, invite, receipt)
      return []
    }
    awaitAnswer(leg, invite, receipt)
    return described
  }

  private mutating func earlyAnswer(from leg: LegID, _ response: SIPMessage) -> [UInt8] {
    guard let answer = sessionDescription(of: response), call.opening.offer != nil,
      call[leg].agreed == nil, response.toTag == call[leg].dialog.remoteTag
    else { return [] }
    guard call.bridge == nil || call.bridge?.callee == leg,
      let described = describe(answer, from: leg, to: .caller, isAnswer: true)
    else {
      // Not heard now; should this phone answer without saying it again, it is what it said.
      note(answer, from: leg)
      return []
    }
    bridge(to: leg)
    return described
  }

  /// The tag under which the caller hears of this phone: the call's own, unless another phone's
  /// description was given under that.
  private mutating func callerTag(for leg: LegID, isDescribed: Bool) -> String {
    if let tag = call.caller.earlyTags[leg] { return tag }
    guard isDescribed else { return call.caller.dialog.localTag }
    let tag = call.caller.earlyTags.isEmpty ? call.caller.dialog.localTag : token(.caller)
    record(.caller, .tagged(callee: leg, tag: tag))
    return tag
  }

  private mutating func answered(_ leg: LegID, _ invite: SentInvite, _ response: SIPMessage) {
    let tag = response.toTag ?? ""
    if let acknowledgement = invite.acknowledgement {
      if tag == call[leg].dialog.remoteTag {
        return send(acknowledgement, to: call[leg].flow, leg: leg)  // Our ACK was lost.
      }
      return dispose(ofStray: tag, response, leg)
    }
    if call[leg].stage == .answered {
      if tag != call[leg].dialog.remoteTag { dispose(ofStray: tag, response, leg) }
      return
    }
    establish(leg, tag, response)
    learn(from: response, on: leg)
    sessionRefreshed(leg, by: response)
    if call.isTransferTarget(leg) { return targetAnswered(leg, invite, response) }
    guard call.stage == .dialling, call[leg].isInSetup,
      let cSeq = call.caller.receivedInvites.first(where: \.isPending)?.cSeq
    else {
      // Given up before, or another phone was quicker: the answer crossed our CANCEL.
      acknowledge(leg, invite: call[leg].sentInvites.first { $0.branch == invite.branch } ?? invite)
      return sendBye(leg)
    }
    connect(leg, invite, response, callerInvite: cSeq)
  }

  /// This phone wins the call.
  private mutating func connect(
    _ leg: LegID, _ invite: SentInvite, _ response: SIPMessage, callerInvite cSeq: UInt32
  ) {
    guard let body = finalDescription(from: leg, invite, response) else {
      acknowledge(leg, invite: invite)
      sendBye(leg)
      return fail(
        CallFailure(status: 502, reason: "Bad Session Description", party: call[leg].party),
        thenTryNext: true)
    }
    let tag = callerTag(for: leg, isDescribed: true)
    if tag != call.caller.dialog.localTag { record(.caller, .settled(localTag: tag)) }
    record(
      .answered(by: .leg(leg), now, until: now.steady + environment.longestCall))
    if invite.hasOffer || hasAgreedReliably(leg, invite, response) {
      acknowledge(leg, invite: invite)
      record(leg, .staged(.confirmed))
      agree(leg)
      bridge(to: leg)
    } else {
      record(leg, .staged(.answered))
    }
    record(.caller, .staged(.answered))
    accept(
      .caller, invite: cSeq, status: response.statusCode, reason: response.reasonPhrase,
      body: body)
    for other in call.legIDs where call[other].isInSetup { giveUp(other) }
  }

  /// What the caller is told of the answering phone's media; nil if that is unusable. A phone
  /// whose 18x had the answer may leave it out of the 200.
  private mutating func finalDescription(
    from leg: LegID, _ invite: SentInvite, _ response: SIPMessage
  ) -> [UInt8]? {
    if let agreed = call[leg].agreed, hasAgreedReliably(leg, invite, response) {
      // The exchange was over with the PRACK: what the 2xx says beside is not looked at
      // (RFC 3261 §13.2.1), and a caller that had the answer reliably needs it no more.
      let tag = call.caller.earlyTags[leg] ?? call.caller.dialog.localTag
      let caller = call.caller.receivedInvites.first(where: \.isPending)
      if call.opening.offer == nil || caller?.reliable?.hasDescribed(tag) == true { return [] }
      return describe(agreed.body, from: leg, to: .caller, isAnswer: true)
    }
    if let description = sessionDescription(of: response) {
      return describe(
        description, from: leg, to: .caller, isAnswer: call.opening.offer != nil)
    }
    guard call.opening.offer != nil, let early = call[leg].remote?.body else { return nil }
    return describe(early, from: leg, to: .caller, isAnswer: true)
  }

  /// The exchange was over before the 2xx, in the early dialog that the 2xx confirms: a phone
  /// behind a forking proxy knows nothing of another's.
  private func hasAgreedReliably(
    _ leg: LegID, _ invite: SentInvite, _ response: SIPMessage
  ) -> Bool {
    call[leg].agreed != nil
      && invite.receipts.contains { $0.tag == response.toTag && !$0.awaitsAnswer }
  }

  mutating func establish(
    _ leg: LegID, _ tag: String, _ response: SIPMessage, redirecting: Bool = true
  ) {
    let contact = response.contacts.first?.uri
    record(
      leg,
      .established(
        remoteTag: tag, remoteTarget: contact?.text,
        routeSet: response.recordRoutes.reversed().map(\.text)))
    if redirecting { redirectFlow(leg) }
  }

  /// A second phone behind a forking proxy answered the INVITE that another has already
  /// answered: it gets its ACK and a BYE (§13.2.2.4).
  private mutating func dispose(ofStray tag: String, _ response: SIPMessage, _ leg: LegID) {
    guard call.legs.count < environment.maximumLegs,
      call.legs.count(where: { $0.dialog.callID == call[leg].dialog.callID }) <= maximumStrays,
      !call.legs.contains(where: {
        $0.dialog.callID == call[leg].dialog.callID && $0.dialog.remoteTag == tag
      })
    else { return }
    let winner = call[leg]
    let accepted = winner.sentInvites.first(where: \.isAccepted)?.cSeq ?? 1
    let id = LegID(UInt8(call.legs.count))
    let dialog = Dialog(
      callID: winner.dialog.callID, localTag: winner.dialog.localTag,
      localAddress: winner.dialog.localAddress, remoteAddress: winner.dialog.remoteAddress,
      remoteTarget: winner.dialog.remoteTarget, localCSeq: accepted)
    record(
      .legOpened(
        Leg(
          id: id, role: .callee, party: winner.party, contact: winner.contact,
          openedAt: now.wall, dialog: dialog, flow: winner.flow, isStray: true)))
    // The way to the phone that answered first: a Contact alone must not aim our BYE elsewhere.
    establish(id, tag, response, redirecting: false)
    let flow = call[id].flow
    let writer = call[id].dialog.request(
      .ack, cSeq: accepted, via: environment.listener(of: flow).via(branch: branch(id)))
    send(writer.finish(), to: flow, leg: id)
    sendBye(id)
  }

  // A phone that does not answer

  /// - Parameter isUnheard: no response came; the status stands for that.
  mutating func phoneFailed(
    _ leg: LegID, status: Int, reason: String?, isUnheard: Bool = false
  ) {
    let wasTried = call[leg].isInSetup
    let isTarget = call.isTransferTarget(leg)
    record(leg, .staged(.ended))
    if isTarget {
      conclude(leg, status: status, reason: reason)
      releasePorts(of: leg)
      return targetFailed(CallFailure(status: status, reason: reason, party: call[leg].party))
    }
    guard wasTried, call.stage == .dialling else { return }
    conclude(leg, status: status, reason: reason)
    releasePorts(of: leg)
    // RFC 5626 §7: any other final response is the phone's own, and it is not asked twice.
    if isUnheard || status == 408 || status == 430 { dialSpare(of: leg) }
    fail(CallFailure(status: status, reason: reason, party: call[leg].party), thenTryNext: true)
  }

  /// The same phone by another of its flows.
  private mutating func dialSpare(of leg: LegID) {
    guard let spare = call[leg].spares.first else { return }
    dial(
      CallTarget(
        uri: spare.uri, flow: spare.flow, party: call[leg].party, isBehindNAT: false,
        routeSet: spare.routeSet, spares: Array(call[leg].spares.dropFirst())))
  }

  /// Keeps the better of two failures; a 6xx ends the search among its party's phones at once
  /// (§16.7 step 5).
  mutating func fail(_ failure: CallFailure, thenTryNext: Bool = false) {
    if call.bestFailure.map({ failure.rank < $0.rank }) ?? true { record(.failed(failure)) }
    guard thenTryNext else { return }
    if failure.status >= 600 {
      for leg in call.legIDs where call[leg].isInSetup && call[leg].party == failure.party {
        giveUp(leg)
      }
    }
    if !call.hasPhoneInPlay { dialNextGroup() }
  }

  mutating func conclude(_ failure: CallFailure) {
    let (status, reason) = failure.responseToCaller
    if let cSeq = call.caller.receivedInvites.first(where: \.isPending)?.cSeq {
      reject(
        .caller, invite: cSeq, status: status, reason: reason,
        headers: status == 503 ? [(.retryAfter, "5")] : [])
    }
    concludeUnanswered(
      by: failure.party.isEmpty ? .system : .callee, status: status,
      reason: reason ?? ReasonPhrase.standard(status))
  }
}

/// Second answers of one INVITE that are told that they came too late.
private let maximumStrays = 3

extension Leg {
  var isInSetup: Bool { role == .callee && (stage == .inviting || stage == .ringing) }
}
