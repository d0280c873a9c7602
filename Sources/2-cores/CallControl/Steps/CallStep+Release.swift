import Machines
import SIP

// How calls end.
extension CallStep {
  /// A party said BYE.
  mutating func partyHungUp(_ leg: LegID) {
    for invite in call[leg].receivedInvites where invite.isPending {
      reject(leg, invite: invite.cSeq, status: 487)
    }
    refusePendingOffers(leg)
    if call.stage == .dialling, call[leg].isInSetup {
      // Odd, but clear: a phone that has not answered and wants no more of it.
      giveUp(leg)
      return fail(
        CallFailure(status: 480, reason: nil, party: call[leg].party), thenTryNext: true)
    }
    if call.isTransferTarget(leg) {
      giveUp(leg)
      return targetFailed(CallFailure(status: 480, reason: nil, party: call[leg].party))
    }
    // Whoever hangs up has seen our 2xx, even if the ACK was lost: no more of it.
    for invite in call[leg].receivedInvites where invite.awaitsAcknowledgement {
      advance(leg, delivery: invite.cSeq, .acknowledgement)
    }
    acknowledgeUnanswered(leg)
    record(leg, .staged(.ended))
    switch call.stage {
    case .talking(let answerer):
      guard leg == call.firstParty || answerer == .leg(leg) else { return }
      // Whoever has another called in its place may go before that one answers.
      if call.transfer?.referrer == leg { return }
      release(
        by: leg == call.firstParty ? .caller : .callee, status: 200,
        reason: ReasonPhrase.standard(200))
    case .routing, .rerouting, .dialling:
      // §15: a caller may end an early dialog so.
      guard leg == .caller else { return }
      concludeUnanswered(by: .caller, status: 487, reason: ReasonPhrase.standard(487))
    case .releasing:
      break
    }
  }

  /// The caller has, or is about to have, its final response; the phones are given up.
  mutating func concludeUnanswered(by releaser: Releaser, status: Int, reason: String) {
    if call.caller.stage == .inviting { record(.caller, .staged(.ended)) }
    release(by: releaser, status: status, reason: reason)
  }

  /// Ends the call for everyone who is still in it. The first reason is the one on record.
  ///
  /// `end`: when it really ended, where that was before now.
  mutating func release(
    by releaser: Releaser, status: Int, reason: String, end: Now? = nil, note: String? = nil
  ) {
    guard call.release == nil else { return }
    tellOfEnd(ofTransfer: 487)
    record(
      .released(
        CallRelease(time: end ?? now, by: releaser, status: status, reason: reason, note: note)))
    closeMedia()
    for leg in call.legIDs {
      releasePorts(of: leg)
      dismiss(leg, status: status, reason: reason)
    }
  }

  mutating func dismiss(_ leg: LegID, status: Int, reason: String) {
    refusePendingOffers(leg)
    switch (call[leg].role, call[leg].stage) {
    case (.caller, .inviting), (.caller, .ringing):
      if let cSeq = call[leg].receivedInvites.first(where: \.isPending)?.cSeq {
        reject(leg, invite: cSeq, status: max(status, 400), reason: reason)
      }
      record(leg, .staged(.ended))
    case (.caller, .answered)
    where !call[leg].receivedInvites.contains(where: \.awaitsAcknowledgement):
      // Its 2xx has not left, and need not any more.
      if let cSeq = call[leg].receivedInvites.first(where: \.isPending)?.cSeq {
        reject(leg, invite: cSeq, status: status < 300 ? 480 : status)
      }
      record(leg, .staged(.ended))
    case (.caller, .answered):
      // §15: no BYE before the ACK, or before its wait is over.
      record(leg, .staged(.hangingUp))
    case (.callee, .answered):
      acknowledgeUnanswered(leg)
      sendBye(leg)
    case (_, .confirmed):
      acknowledgeUnanswered(leg)
      for invite in call[leg].receivedInvites where invite.isPending {
        reject(leg, invite: invite.cSeq, status: 487)
      }
      sendBye(leg)
    case (.callee, .inviting), (.callee, .ringing):
      giveUp(leg)
    case (_, .cancelling), (_, .hangingUp), (_, .ended):
      break
    }
  }

  /// The answer to a party's offer will not come any more. Its 2xx gets an ACK all the same, which
  /// ends the INVITE's transaction (RFC 5407 Appendix D).
  private mutating func acknowledgeUnanswered(_ leg: LegID) {
    for invite in call[leg].sentInvites where invite.awaitsAcknowledgement {
      acknowledge(leg, invite: invite)
    }
  }

  /// Takes an unanswered INVITE back. A CANCEL may only follow a provisional response (§9.1).
  mutating func giveUp(_ leg: LegID) {
    if call[leg].isInSetup {
      let isElsewhere = call.answerer != nil && call[leg].referrer == nil
      conclude(leg, status: 487, reason: isElsewhere ? "Answered Elsewhere" : nil)
    }
    releasePorts(of: leg)
    guard let invite = call[leg].sentInvites.first(where: \.isPending) else {
      return record(leg, .staged(.ended))
    }
    if case .proceeding = invite.transaction.state {
      cancelNow(leg, invite)
    } else {
      record(leg, .staged(.cancelling(until: nil)))
    }
  }

  mutating func cancelNow(_ leg: LegID, _ invite: SentInvite) {
    sendCancel(leg, invite: invite)
    record(
      leg, .staged(.cancelling(until: now.steady + environment.timers.transactionLifetime)))
  }

  /// Timer B, or the transport said no.
  mutating func inviteFailed(_ leg: LegID, _ invite: SentInvite, _ failure: TransactionFailure) {
    let isSetup = isFirst(invite, of: leg)
    if isSetup, !invite.wasHeard, serverFailed(leg) { return }
    // RFC 3261 §8.1.3.1: a time-out counts as 408, a transport error as 503; to the caller an
    // unreachable phone is unavailable, which is no fault of this switch.
    let status = failure == .timeout ? 408 : (isSetup ? 480 : 408)
    if isSetup {
      phoneFailed(leg, status: status, reason: nil, isUnheard: true)
    } else {
      modificationRejected(leg, status: status, reason: nil)
    }
  }

  /// The caller never acknowledged our 2xx: §13.3.1.4.
  mutating func answerWentUnacknowledged(_ leg: LegID) {
    if call[leg].stage == .answered || call[leg].stage == .hangingUp
      || call[leg].stage == .confirmed
    {
      sendBye(leg)
    }
    release(by: .system, status: 408, reason: "No ACK")
  }

  /// How a phone went out of the running, once.
  mutating func conclude(_ leg: LegID, status: Int, reason: String?) {
    guard call[leg].outcome == nil else { return }
    record(
      leg,
      .concluded(
        LegOutcome(time: now, status: status, reason: reason ?? ReasonPhrase.standard(status))))
  }

  /// Both parties have gone without a word: the call ended when one of them was last there.
  mutating func mediaFellSilent() {
    // While one party waits for another that is being called there may be nobody to hear.
    guard case .talking = call.stage, call.transfer == nil, let end = lastEvidence else { return }
    release(
      by: .system, status: 408, reason: "Media Timeout", end: end,
      note: "ended by silence; the end is the last evidence of a party"
        + (call.resumptions > 0 ? " (the call outlived a restart)" : ""))
  }

  /// When a party of an answered call was last there, as far as is known.
  var lastEvidence: Now? {
    guard let answeredAt = call.answeredAt else { return nil }
    let evidence = min(max(call.lastSeen ?? answeredAt.wall, answeredAt.wall), now.wall)
    // How long ago that was by the wall clock, and never before the answer by the steady one: the
    // wall clock may have been set meanwhile.
    let steady = max(now.steady + (evidence - now.wall), answeredAt.steady)
    return Now(steady: steady, wall: evidence)
  }

  /// Once the parties are done with and the media has been counted, the call's record is made.
  mutating func recordIfComplete() {
    guard call.release != nil, call.awaitedReports == 0, !call.isRecorded else { return }
    record(.recorded)
    perform(.record(call.makeRecords(node: environment.nodeName)))
  }
}
