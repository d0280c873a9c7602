import Machines
import MediaControl
import SIP

extension CallStep {
  /// The first step: the INVITE that opened the call. Its responses go where its Via says.
  package mutating func begin(with invite: SIPMessage, respondingTo flow: Flow) {
    let opening = call.opening
    record(.opened(opening))
    let verdict = sessionVerdict(on: invite)
    var timing: SessionTiming?
    if case .accepted(let accepted) = verdict { timing = accepted }
    let received = ReceivedInvite(
      cSeq: opening.caller.dialog.remoteCSeq ?? 0, branch: invite.topVia?.branch ?? "",
      template: ResponseTemplate(of: invite, flow: flow),
      hasOffer: opening.offer != nil,
      transaction: InviteServerTransaction(settings: settings(for: flow)),
      delivery: nil, reliable: reliableResponses(to: invite), timing: timing)
    record(.caller, .inviteReceived(received))
    learn(from: invite, on: .caller)
    learnMinimum(from: invite, on: .caller)
    respond(.caller, invite: received.cSeq, status: 100)
    if case .tooShort(let minimum) = verdict {
      reject(.caller, invite: received.cSeq, status: 422, headers: [(.minSE, "\(minimum)")])
      concludeUnanswered(by: .system, status: 422, reason: ReasonPhrase.standard(422))
      return recordIfComplete()
    }
    if let offer = opening.offer, context.read(offer) == nil {
      reject(.caller, invite: received.cSeq, status: 400, reason: "Bad Session Description")
      concludeUnanswered(by: .system, status: 400, reason: "Bad Session Description")
      return recordIfComplete()
    }
    locateNextHop(of: .caller)
    perform(.route)
  }

  mutating func follow(_ route: CallRoute) {
    if call.transfer?.isRouting == true { return followTransfer(route) }
    guard call.isAwaitingRoute else { return }
    switch route {
    case .refused(let status, let reason):
      conclude(CallFailure(status: status, reason: reason, party: ""))
    case .exhausted:
      concludeSearch()
    case .echo:
      answer(as: .echo, playing: nil)
    case .service(let service):
      answer(as: .service(service.name), playing: service)
    case .announced(let service, let status, let reason):
      announce(service, before: CallFailure(status: status, reason: reason, party: ""))
    case .diverted(let diversions, let next):
      divert(diversions)
      follow(next)
    case .targets(let groups, let limit):
      record(.routed(groups: groups, isAnchored: call.isAnchored || shouldAnchor(groups)))
      if let limit { record(.searchLimited(until: now.steady + limit)) }
      guard isOfferAcceptable else {
        return conclude(CallFailure(status: 488, reason: nil, party: ""))
      }
      let tried = call.legs.count
      // What cannot try a single phone more is asked for no other.
      dialNextGroup(thenAsk: { $0.legs.count > tried })
    }
  }

  /// Offers the call to the next group of phones. When there is none: asks where the call goes
  /// now, or tells the caller how it failed.
  mutating func dialNextGroup(thenAsk mayAsk: (Call) -> Bool = { _ in true }) {
    while let group = call.untried.first, !isSearchOver {
      let own = now.steady + environment.ringTimeout
      record(.groupDialled(ringDeadline: call.searchDeadline.map { min(own, $0) } ?? own))
      for target in group where !call.hasDeclined(target.party) { dial(target) }
      if call.hasPhoneInPlay { return }
    }
    guard mayAsk(call) else { return concludeSearch() }
    record(.rerouting(call.inquiry))
    perform(.route)
  }

  private var isSearchOver: Bool { call.searchDeadline.map { now.steady >= $0 } ?? false }

  /// The failure of the phones is the caller's answer.
  private mutating func concludeSearch() {
    conclude(
      call.bestFailure ?? CallFailure(status: 480, reason: nil, party: call.opening.dialled))
  }

  mutating func dial(_ target: CallTarget) {
    guard call.legs.count < environment.maximumLegs else {
      return fail(CallFailure(status: 480, reason: "Too Many Phones", party: ""))
    }
    let id = LegID(UInt8(call.legs.count))
    record(.legOpened(calleeLeg(id, target)))
    if let servers = target.alternatives { record(id, .alternativesFound(servers)) }
    if let name = target.serverName { record(id, .serverNamed(name)) }
    var body: [UInt8] = []
    if let offer = call.opening.offer {
      guard let described = describe(offer, from: .caller, to: id, isAnswer: false) else {
        record(id, .staged(.ended))
        return fail(CallFailure(status: 503, reason: "No Media Ports", party: ""))
      }
      body = described
    }
    sendFirstInvite(on: id, body: body)
  }

  /// The INVITE that offers the call to a phone; again with the next number where the phone wanted
  /// it otherwise, and with the same one where the phone's next server gets it (RFC 3263 §4.3: the
  /// request is the same but for its branch).
  mutating func sendFirstInvite(on leg: LegID, body: [UInt8], toNextServer: Bool = false) {
    let last = call[leg].dialog.localCSeq
    sendInvite(
      on: leg, cSeq: toNextServer ? last : last + 1,
      maxForwards: call.opening.maxForwards - 1, headers: passedHeaders(to: leg), body: body)
  }

  private func calleeLeg(_ id: LegID, _ target: CallTarget) -> Leg {
    let caller = call.caller.dialog
    let dialog = Dialog(
      callID: token(id), localTag: token(id), localAddress: presentedCaller(to: target.flow),
      remoteAddress: caller.localAddress, remoteTarget: target.uri,
      routeSet: target.routeSet, localCSeq: 0)
    return Leg(
      id: id, role: .callee, party: target.party,
      contact: environment.listener(of: target.flow).contact(beside: target.uri),
      openedAt: now.wall, dialog: dialog, flow: target.flow, spares: target.spares)
  }

  private func isOfOtherFamily(_ flow: Flow) -> Bool {
    flow.remote.address.isIPv6 != call.caller.flow.remote.address.isIPv6
  }

  func shouldAnchor(_ groups: [[CallTarget]]) -> Bool {
    switch environment.anchoring {
    case .always: true
    case .never: false
    case .nat:
      call.opening.callerIsBehindNAT || groups.contains { $0.contains(where: \.isBehindNAT) }
        // Nor do parties of two families find each other.
        || groups.contains { $0.contains { isOfOtherFamily($0.flow) } }
    }
  }
}

extension Call {
  var isAwaitingRoute: Bool {
    switch stage {
    case .routing, .rerouting: true
    case .dialling, .talking, .releasing: false
    }
  }

  /// A phone of the current group may still answer.
  var hasPhoneInPlay: Bool {
    legs.dropFirst().contains { $0.stage == .inviting || $0.stage == .ringing }
  }
}
