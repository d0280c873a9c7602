import Machines
import MediaControl
import SIP

extension CallStep {
  /// The first step: the INVITE that opened the call. Its responses go where its Via says.
  package mutating func begin(with invite: SIPMessage, respondingTo flow: Flow) {
    let opening = call.opening
    record(.opened(opening))
    let received = ReceivedInvite(
      cSeq: opening.caller.dialog.remoteCSeq ?? 0, branch: invite.topVia?.branch ?? "",
      template: ResponseTemplate(of: invite, flow: flow),
      hasOffer: opening.offer != nil,
      transaction: InviteServerTransaction(settings: settings(for: flow)),
      delivery: nil)
    record(.caller, .inviteReceived(received))
    respond(.caller, invite: received.cSeq, status: 100)
    if let offer = opening.offer, context.read(offer) == nil {
      reject(.caller, invite: received.cSeq, status: 400, reason: "Bad Session Description")
      concludeUnanswered(by: .system, status: 400, reason: "Bad Session Description")
      return recordIfComplete()
    }
    locateNextHop(of: .caller)
    perform(.route)
  }

  mutating func follow(_ route: CallRoute) {
    guard call.stage == .routing else { return }
    switch route {
    case .refused(let status, let reason):
      conclude(CallFailure(status: status, reason: reason, party: ""))
    case .echo:
      answerWithEcho()
    case .targets(let groups):
      record(.routed(groups: groups, isAnchored: shouldAnchor(groups)))
      guard isOfferAcceptable else {
        return conclude(CallFailure(status: 488, reason: nil, party: ""))
      }
      dialNextGroup()
    }
  }

  /// Offers the call to the next group of phones, or tells the caller how it failed.
  mutating func dialNextGroup() {
    while let group = call.untried.first {
      record(.groupDialled(ringDeadline: now.steady + environment.ringTimeout))
      for target in group { dial(target) }
      if call.hasPhoneInPlay { return }
    }
    conclude(
      call.bestFailure
        ?? CallFailure(status: 480, reason: nil, party: call.opening.dialled))
  }

  private mutating func dial(_ target: CallTarget) {
    guard call.legs.count < environment.maximumLegs else {
      return fail(CallFailure(status: 480, reason: "Too Many Phones", party: ""))
    }
    let id = LegID(UInt8(call.legs.count))
    record(.legOpened(calleeLeg(id, target)))
    if let servers = target.alternatives { record(id, .alternativesFound(servers)) }
    var body: [UInt8] = []
    if let offer = call.opening.offer {
      guard let described = describe(offer, from: .caller, to: id, isAnswer: false) else {
        record(id, .staged(.ended))
        return fail(CallFailure(status: 503, reason: "No Media Ports", party: ""))
      }
      body = described
    }
    sendSetupInvite(on: id, body: body)
  }

  /// The first INVITE of a leg, and the same again where the next server gets it.
  mutating func sendSetupInvite(on leg: LegID, body: [UInt8]) {
    sendInvite(
      on: leg, cSeq: 1, maxForwards: call.opening.maxForwards - 1,
      headers: call.opening.passedOn, body: body)
  }

  private func calleeLeg(_ id: LegID, _ target: CallTarget) -> Leg {
    let caller = call.caller.dialog
    let dialog = Dialog(
      callID: token(id), localTag: token(id), localAddress: caller.remoteAddress,
      remoteAddress: caller.localAddress, remoteTarget: target.uri, localCSeq: 0)
    return Leg(
      id: id, role: .callee, party: target.party,
      contact: environment.listener(of: target.flow).contact, openedAt: now.wall, dialog: dialog,
      flow: target.flow)
  }

  private func shouldAnchor(_ groups: [[CallTarget]]) -> Bool {
    switch environment.anchoring {
    case .always: true
    case .never: false
    case .nat:
      call.opening.callerIsBehindNAT || groups.contains { $0.contains(where: \.isBehindNAT) }
    }
  }
}

extension Call {
  /// A phone of the current group may still answer.
  var hasPhoneInPlay: Bool {
    legs.dropFirst().contains { $0.stage == .inviting || $0.stage == .ringing }
  }
}
