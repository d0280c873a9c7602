import Machines
import SIP

/// How long to wait for a dialog that is busy with another offer.
private let reofferPause = Duration.milliseconds(500)

// Two legs that did not talk with each other do so now.
extension CallStep {
  /// - Parameter party: who has to be told of the other one's media.
  mutating func join(_ joining: Joining, telling party: LegID) {
    record(.joined(joining))
    bridge(to: joining.second)
    dismiss(joining.referrer, status: 200, reason: ReasonPhrase.standard(200))
    releasePorts(of: joining.referrer)
    // What it offered to who has left has no answer any more.
    for invite in call[party].receivedInvites where invite.isPending {
      reject(party, invite: invite.cSeq, status: 491)
    }
    refusePendingOffers(party)
    record(.reoffering(Reoffer(leg: party, time: now.steady)))
    sendReoffer()
  }

  /// Tells a party of the media of whom it talks with now.
  mutating func sendReoffer() {
    guard let reoffer = call.reoffer else { return }
    let leg = reoffer.leg
    guard call.peer(of: leg) != nil, call[leg].stage != .ended else {
      return record(.reoffering(nil))
    }
    if call[leg].stage != .confirmed || call[leg].hasInviteInProgress || exchange(on: leg) != .none
    {
      return record(.reoffering(Reoffer(leg: leg, time: now.steady + reofferPause)))
    }
    record(.reoffering(nil))
    guard let body = unchangedDescription(to: leg) else { return }
    sendInvite(on: leg, cSeq: call[leg].dialog.localCSeq + 1, body: body)
  }
}
