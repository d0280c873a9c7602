import Machines
import SIP

// A call that goes on from one callee to another.
extension CallStep {
  /// The exchange keeps to the limit; should it not, the call goes no further than the record.
  mutating func divert(_ diversions: [Diversion]) {
    let room = max(0, environment.maximumDiversions - call.diversions.count)
    for diversion in diversions.prefix(room) { record(.diverted(diversion)) }
    guard let cSeq = call.caller.receivedInvites.first(where: \.isPending)?.cSeq else { return }
    // RFC 3261 §21.1.3: so that the caller knows why it takes longer.
    respond(.caller, invite: cSeq, status: 181, toTag: call.caller.dialog.localTag)
  }

  /// A 3xx of a phone: its contacts are kept, for when no phone of the route has taken the call
  /// (RFC 3261 §8.1.3.4).
  mutating func noteRedirection(_ leg: LegID, _ response: SIPMessage) {
    guard 300...399 ~= response.statusCode, response.statusCode != 380, call.stage == .dialling,
      call[leg].isInSetup
    else { return }
    let contacts = response.contacts.enumerated()
      .sorted { ($1.element.q ?? 1, $0.offset) < ($0.element.q ?? 1, $1.offset) }
      .map(\.element.uri.text).filter { $0.utf8.count <= maximumContactBytes }
    let all = (call.redirection + contacts).prefix(maximumContacts)
    if call.redirection.count < all.count { record(.redirected(contacts: Array(all))) }
  }
}

private let maximumContacts = 5
private let maximumContactBytes = 512
