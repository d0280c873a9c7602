import Machines
import SIP

// Deadlines, and what the shell reports of what it sent.
extension CallStep {
  /// Lets every machine whose time has come act once; the owner comes again for what is next.
  mutating func passDeadlines() {
    if isDue(call.ringDeadline) { ringingEnded() }
    if isDue(call.lastMoment) {
      release(by: .system, status: 408, reason: "Longest Call")
    }
    if isDue(call.transfer?.ringDeadline) { targetsRangOut() }
    if isDue(call.reoffer?.time) { sendReoffer() }
    if isDue(call.programme?.end) { programmeEnded() }
    for leg in call.legs {
      for invite in leg.receivedInvites {
        if isDue(invite.transaction.nextDeadline) {
          advance(leg.id, invite: invite.cSeq, .deadline)
        }
        if isDue(invite.provisionalDeadline) {
          advance(leg.id, reliable: invite.cSeq, .deadline)
        }
        if isDue(invite.delivery?.nextDeadline) {
          advance(leg.id, delivery: invite.cSeq, .deadline)
        }
      }
      for request in leg.receivedRequests where isDue(request.transaction.nextDeadline) {
        advance(leg.id, request.method, cSeq: request.cSeq, .deadline)
      }
      for invite in leg.sentInvites where isDue(invite.transaction.nextDeadline) {
        _ = advance(leg.id, sent: invite, .deadline)
      }
      for request in leg.sentRequests where isDue(request.transaction.nextDeadline) {
        _ = advance(leg.id, sent: request, .deadline)
      }
      if leg.stage == .confirmed, isDue(leg.sessionTimer?.next) { sessionDue(leg.id) }
      if case .cancelling(let until) = leg.stage, isDue(until) { cancellationUnanswered(leg.id) }
    }
  }

  private func isDue(_ deadline: Instant?) -> Bool {
    deadline.map { now.steady >= $0 } ?? false
  }

  /// The phones have rung for long enough: RFC 3261 §16.8 (Timer C).
  private mutating func ringingEnded() {
    guard call.stage == .dialling else { return }
    for leg in call.legIDs where call[leg].isInSetup { giveUp(leg) }
    fail(
      CallFailure(status: 408, reason: "No Answer", party: ""),
      thenTryNext: true)
  }

  /// §9.1: no final response within 64·T1 of the CANCEL; the INVITE is taken as cancelled.
  private mutating func cancellationUnanswered(_ leg: LegID) {
    for invite in call[leg].sentInvites where invite.isPending {
      record(leg, .inviteClient(branch: invite.branch, .terminated))
    }
    record(leg, .staged(.ended))
  }

  mutating func noteSent(_ reference: TransactionReference, _ leg: LegID) {
    guard call.has(leg) else { return }
    switch reference {
    case .inviteServer(let cSeq):
      advance(leg, invite: cSeq, .sent)
    case .answer(let cSeq):
      advance(leg, invite: cSeq, .sent)
      advance(leg, delivery: cSeq, .sent)
    case .provisional(let cSeq, let number):
      guard receivedInvite(leg, cSeq)?.reliable?.current?.number == number else { return }
      advance(leg, reliable: cSeq, .sent)
    case .inviteClient(let branch):
      guard let invite = sentInvite(leg, branch) else { return }
      _ = advance(leg, sent: invite, .sent)
    case .client(let branch, let method):
      guard let request = sentRequest(leg, branch, method) else { return }
      _ = advance(leg, sent: request, .sent)
    case .server(let cSeq, let method):
      advance(leg, method, cSeq: cSeq, .sent)
    }
  }

  mutating func noteTransportFailure(_ reference: TransactionReference, _ leg: LegID) {
    guard call.has(leg) else { return }
    switch reference {
    case .inviteServer(let cSeq):
      advance(leg, invite: cSeq, .transportFailed)
    case .answer, .provisional:
      break  // Its retransmissions may get through, and its end is timed.
    case .inviteClient(let branch):
      guard let invite = sentInvite(leg, branch) else { return }
      if retryOverUDP(leg, invite) { return }
      _ = advance(leg, sent: invite, .transportFailed)
    case .client(let branch, let method):
      guard let request = sentRequest(leg, branch, method) else { return }
      if retryOverUDP(leg, request) { return }
      _ = advance(leg, sent: request, .transportFailed)
    case .server(let cSeq, let method):
      advance(leg, method, cSeq: cSeq, .transportFailed)
    }
  }
}
