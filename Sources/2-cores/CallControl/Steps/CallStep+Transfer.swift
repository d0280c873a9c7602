import Machines
import MediaControl
import SDP
import SIP

// A party has the other one talk with somebody else: RFC 3515, RFC 3892, RFC 4488. The one that
// stays need not know of it: we are its peer all the time.
extension CallStep {
  /// A REFER whose transaction is open.
  mutating func receiveRefer(_ refer: SIPMessage, _ cSeq: UInt32, on leg: LegID) {
    let wanted: ReferRequest
    switch ReferRequest.read(refer) {
    case .success(let read): wanted = read
    case .failure(let refusal):
      return finish(leg, .refer, cSeq: cSeq, status: refusal.status, reason: refusal.reason)
    }
    guard call.transfer == nil else { return finish(leg, .refer, cSeq: cSeq, status: 491) }
    guard let peer = call.peer(of: leg), call[leg].stage == .confirmed,
      call[peer].stage == .confirmed, call[peer].agreed != nil
    else {
      // Nobody is there who could be sent on.
      return finish(leg, .refer, cSeq: cSeq, status: 603)
    }
    let transfer = Transfer(
      referrer: leg, transferee: peer, target: wanted.target, referNumber: cSeq,
      isNotifying: wanted.isNotifying)
    finish(
      leg, .refer, cSeq: cSeq, status: 202,
      headers: [(.contact, "<\(call[leg].contact)>")]
        + (wanted.isNotifying ? [] : [(.referSub, "false")]))
    record(.transferring(transfer))
    // RFC 3515 §2.4.4: the first one comes at once.
    tell(ofTransfer: 100)
    perform(.route)
  }

  mutating func followTransfer(_ route: CallRoute) {
    guard var transfer = call.transfer, transfer.isRouting else { return }
    transfer.isRouting = false
    switch route {
    case .diverted(_, let next):
      return followTransfer(next)
    case .refused(let status, let reason), .announced(_, let status, let reason):
      transfer.failure = CallFailure(status: status, reason: reason, party: "")
    case .exhausted:
      transfer.failure = CallFailure(status: 480, reason: nil, party: "")
    case .echo, .service:
      // What is played needs the caller's own INVITE.
      transfer.failure = CallFailure(status: 488, reason: "Not A Phone", party: "")
    case .targets(let groups, _):
      transfer.untried = groups
      if !call.isAnchored, shouldAnchor(groups) { record(.anchored) }
    }
    record(.transferring(transfer))
    dialNextTargets()
  }

  private mutating func dialNextTargets() {
    while var transfer = call.transfer, let group = transfer.untried.first {
      transfer.untried.removeFirst()
      transfer.ringDeadline = now.steady + environment.ringTimeout
      record(.transferring(transfer))
      for target in group { dial(target, for: transfer) }
      if call.hasTargetInPlay { return }
    }
    concludeTransfer()
  }

  private mutating func dial(_ target: CallTarget, for transfer: Transfer) {
    guard call.legs.count < environment.maximumLegs else {
      return note(CallFailure(status: 480, reason: "Too Many Phones", party: ""))
    }
    let id = LegID(UInt8(call.legs.count))
    record(.legOpened(targetLeg(id, target, transfer)))
    guard let body = offer(from: transfer.transferee, to: id) else {
      record(id, .staged(.ended))
      releasePorts(of: id)
      return note(CallFailure(status: 503, reason: "No Media Ports", party: ""))
    }
    sendInvite(
      on: id, cSeq: call[id].dialog.localCSeq + 1,
      // RFC 3892 §2.1: who sent it here.
      headers: [PassedHeader(name: .referredBy, value: "<\(call[transfer.referrer].partyURI)>")],
      body: body)
  }

  /// Who the target is told that it will talk with. A caller who wants privacy has it here too.
  private func presentedTransferee(_ leg: LegID, to flow: Flow) -> String {
    leg == .caller ? presentedCaller(to: flow) : call[leg].dialog.remoteAddress
  }

  private func targetLeg(_ id: LegID, _ target: CallTarget, _ transfer: Transfer) -> Leg {
    let dialog = Dialog(
      callID: token(id), localTag: token(id),
      localAddress: presentedTransferee(transfer.transferee, to: target.flow),
      remoteAddress: "<\(transfer.target)>", remoteTarget: target.uri, routeSet: target.routeSet,
      localCSeq: 0)
    return Leg(
      id: id, role: .callee, party: target.party,
      contact: environment.listener(of: target.flow).contact(beside: target.uri),
      openedAt: now.wall, dialog: dialog, flow: target.flow, spares: target.spares,
      referrer: transfer.referrer)
  }

  /// What the party that stays has said of its media, as an offer to another; streams that it only
  /// keeps still because the other one has put it on hold are alive again.
  private mutating func offer(from party: LegID, to target: LegID) -> [UInt8]? {
    guard let agreed = call[party].agreed,
      var offer = context.read(agreed.body)?.description
    else { return nil }
    for place in offer.media.indices where !offer.media[place].isRejected {
      switch offer.direction(of: offer.media[place]) {
      case .recvonly, .inactive: offer.media[place].attributes.setDirection(.sendrecv)
      case .sendrecv, .sendonly: break
      }
    }
    guard call.isAnchored else { return offer.serialized }
    identify(target)
    identify(party)
    guard let origin = call[target].local?.identity else { return nil }
    return anchoredOffer(offer, after: agreed, from: party, to: target, origin)
      .map { tell(target, $0) }
  }

  // What the target says

  mutating func targetProgressed(
    _ leg: LegID, _ invite: SentInvite, _ response: SIPMessage
  ) {
    guard response.statusCode > 100, response.statusCode != 199 else { return }
    let reliability = reliability(of: response, to: invite, on: leg)
    guard reliability != .ignored else { return }
    if call[leg].dialog.remoteTag.isEmpty, let tag = response.toTag {
      establish(leg, tag, response)
    }
    learn(from: response, on: leg)
    // Kept for an answer without a description; nobody hears its early media.
    if response.toTag == call[leg].dialog.remoteTag,
      let early = sessionDescription(of: response)
    {
      note(early, from: leg)
    }
    if case .next(let receipt) = reliability {
      if receipt.tag == call[leg].dialog.remoteTag {
        acknowledge(leg, invite, receipt)
      } else {
        acknowledgeSibling(leg, invite, receipt, response)
      }
    }
    if call[leg].stage == .inviting {
      record(leg, .staged(.ringing))
      record(leg, .rang(now.wall))
    }
    tell(ofTransfer: response.statusCode, response.reasonPhrase)
  }

  /// The target takes the place of the party that sent for it.
  mutating func targetAnswered(_ leg: LegID, _ invite: SentInvite, _ response: SIPMessage) {
    guard let transfer = call.transfer else { return }
    acknowledge(leg, invite: call[leg].sentInvites.first { $0.branch == invite.branch } ?? invite)
    let answer = sessionDescription(of: response) ?? call[leg].remote?.body
    guard let answer, let description = context.read(answer)?.description else {
      sendBye(leg)
      releasePorts(of: leg)
      return targetFailed(
        CallFailure(status: 502, reason: "Bad Session Description", party: call[leg].party))
    }
    note(answer, from: leg)
    if let codec = description.firstAudioCodec, codec != call.codec {
      record(.codecChosen(codec))
    }
    record(leg, .agreed)
    record(leg, .staged(.confirmed))
    for other in call.legIDs where call.isTransferTarget(other) { giveUp(other) }
    tellOfEnd(ofTransfer: 200)
    let isFirst = call.firstParty == transfer.referrer
    join(
      Joining(
        first: isFirst ? leg : transfer.transferee, second: isFirst ? transfer.transferee : leg,
        referrer: transfer.referrer, time: now),
      telling: transfer.transferee)
  }

  /// A phone that was to take the place does not.
  mutating func targetFailed(_ failure: CallFailure) {
    note(failure)
    guard call.transfer != nil, !call.hasTargetInPlay else { return }
    dialNextTargets()
  }

  mutating func targetsRangOut() {
    guard call.transfer != nil else { return }
    for leg in call.legIDs where call.isTransferTarget(leg) { giveUp(leg) }
    targetFailed(CallFailure(status: 408, reason: "No Answer", party: ""))
  }

  private mutating func note(_ failure: CallFailure) {
    guard var transfer = call.transfer else { return }
    if let best = transfer.failure, best.rank <= failure.rank { return }
    transfer.failure = failure
    record(.transferring(transfer))
  }

  /// Nobody has taken the place: all stays as it was, unless the referrer has gone.
  private mutating func concludeTransfer() {
    guard let transfer = call.transfer else { return }
    let failure = transfer.failure ?? CallFailure(status: 480, reason: nil, party: "")
    let (status, reason) = failure.responseToCaller
    tellOfEnd(ofTransfer: status, reason)
    record(.transferring(nil))
    if call[transfer.referrer].stage == .confirmed { return }
    release(
      by: .system, status: status, reason: reason ?? ReasonPhrase.standard(status),
      note: "a transfer failed, and its sender had gone")
  }

  // What the referrer hears of it: RFC 3515 §2.4.4, §2.4.5

  private mutating func tell(ofTransfer status: Int, _ reason: String? = nil) {
    guard var transfer = call.transfer, status > transfer.toldStatus else { return }
    transfer.toldStatus = status
    record(.transferring(transfer))
    notify(transfer, status, reason, state: "active;expires=\(subscriptionLength)")
  }

  /// Its last notification.
  mutating func tellOfEnd(ofTransfer status: Int, _ reason: String? = nil) {
    guard let transfer = call.transfer else { return }
    notify(transfer, status, reason, state: "terminated;reason=noresource")
  }

  private mutating func notify(
    _ transfer: Transfer, _ status: Int, _ reason: String?, state: String
  ) {
    guard transfer.isNotifying, call[transfer.referrer].stage == .confirmed else { return }
    let line = "SIP/2.0 \(status) \(reason ?? ReasonPhrase.standard(status))\r\n"
    sendInDialog(
      .notify, on: transfer.referrer, purpose: .notification,
      headers: [
        (.contact, "<\(call[transfer.referrer].contact)>"),
        (.event, "refer;id=\(transfer.referNumber)"), (.subscriptionState, state),
      ],
      body: Array(line.utf8), contentType: "message/sipfrag;version=2.0")
  }
}

/// Seconds; longer than phones are let ring.
private let subscriptionLength = 600

extension Call {
  /// A phone that may still take somebody's place.
  func isTransferTarget(_ leg: LegID) -> Bool {
    transfer != nil && self[leg].referrer != nil && self[leg].isInSetup
  }

  fileprivate var hasTargetInPlay: Bool { legIDs.contains(where: isTransferTarget) }
}

extension Leg {
  /// The party as a URI.
  fileprivate var partyURI: String {
    if let address = NameAddress(dialog.remoteAddress) { return address.uri.text }
    return party.contains(":") ? party : "sip:\(party)"
  }
}
