import Machines
import SIP

// A call that was read back from its log goes on: by the same bytes, on the same ports.
extension CallStep {
  mutating func resume(lastHeard: WallTime) {
    record(.resumed(Resumption(time: now, lastHeard: lastHeard)))
    postponeSessions()
    restoreMedia()
    // Its opening is on record, and where it goes is not: the batch was cut in between.
    if call.isAwaitingRoute || call.transfer?.isRouting == true { perform(.route) }
    for leg in call.legs { resend(leg) }
    // The answer may have been on its way.
    for leg in call.legIDs where call[leg].isInDialog { locateNextHop(of: leg) }
    // Its record may have been on its way when the process ended: the same one is made again.
    if call.isRecorded { perform(.record(call.makeRecords(node: environment.nodeName))) }
  }

  /// What may not have left, or not have arrived, is sent again; a peer that has it sees a
  /// retransmission.
  private mutating func resend(_ leg: Leg) {
    for invite in leg.receivedInvites { resend(invite, leg.id) }
    for request in leg.receivedRequests {
      guard let response = request.transaction.unsentResponse else { continue }
      send(
        response, to: request.template.flow, leg: leg.id,
        report: .server(cSeq: request.cSeq, method: request.method))
    }
    for invite in leg.sentInvites {
      if let request = invite.transaction.unsentRequest {
        send(request, to: invite.flow, leg: leg.id, report: .inviteClient(branch: invite.branch))
      }
      if let acknowledgement = invite.acknowledgement ?? invite.transaction.keptAcknowledgement {
        send(acknowledgement, to: leg.flow, leg: leg.id)
      }
    }
    for request in leg.sentRequests {
      // Even one that has left: if the process was away for longer than Timer F, nobody would
      // repeat it, and a phone that never had a BYE would stay in its call.
      guard let bytes = request.transaction.unansweredRequest else { continue }
      send(
        bytes, to: request.flow, leg: leg.id,
        report: .client(branch: request.branch, method: request.method))
    }
  }

  private mutating func resend(_ invite: ReceivedInvite, _ leg: LegID) {
    let flow = invite.template.flow
    if let reliable = invite.reliable?.current, invite.isPending,
      let provisional = reliable.delivery.unsentResponse
    {
      send(
        provisional, to: flow, leg: leg,
        report: .provisional(cSeq: invite.cSeq, number: reliable.number))
    } else if let provisional = invite.transaction.lastProvisional {
      send(provisional, to: flow, leg: leg)
    }
    if let rejection = invite.transaction.unsentRejection {
      send(rejection, to: flow, leg: leg, report: .inviteServer(cSeq: invite.cSeq))
    }
    if let answer = invite.delivery?.unsentResponse {
      send(answer, to: flow, leg: leg, report: .answer(cSeq: invite.cSeq))
    }
  }

  /// A new connection in place of one that is gone: what the phone has not answered is sent again.
  mutating func renewFlow(of leg: LegID, to flow: Flow) {
    guard call.has(leg) else { return }
    if call[leg].flow != flow { record(leg, .flowed(flow)) }
    for invite in call[leg].sentInvites {
      guard let request = invite.transaction.unansweredRequest else { continue }
      send(request, to: flow, leg: leg, report: .inviteClient(branch: invite.branch))
    }
    for request in call[leg].sentRequests {
      guard let bytes = request.transaction.unansweredRequest else { continue }
      send(
        bytes, to: flow, leg: leg,
        report: .client(branch: request.branch, method: request.method))
    }
  }
}
