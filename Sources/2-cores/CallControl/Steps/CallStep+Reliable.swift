import Machines
import SIP

/// Reliable provisional responses that may wait for the PRACK of the one before.
private let maximumWaitingProvisionals = 8

// Reliable provisional responses to the caller: RFC 3262 §3, §5.
extension CallStep {
  /// Whether the provisional response is one that goes reliably.
  func isReliable(_ invite: ReceivedInvite, status: Int, body: [UInt8]) -> Bool {
    guard let reliable = invite.reliable, status > 100 else { return false }
    return reliable.isRequired || !body.isEmpty
  }

  mutating func respondReliably(
    _ leg: LegID, _ invite: ReceivedInvite, _ content: ProvisionalContent
  ) {
    guard let reliable = invite.reliable, invite.isPending, reliable.heldAnswer == nil else {
      return
    }
    if !reliable.isBusy { return sendReliably(leg, invite, content) }
    // One that is crowded out is no loss that the 2xx does not make good.
    guard reliable.waiting.count < maximumWaitingProvisionals,
      reliable.waiting.last != content
    else { return }
    record(leg, .reliable(cSeq: invite.cSeq, .queued(content)))
  }

  private mutating func sendReliably(
    _ leg: LegID, _ invite: ReceivedInvite, _ content: ProvisionalContent
  ) {
    // §3: the first number of a dialog is chosen from the lower half of the range.
    let first = UInt32(context.random.next() % 0x7FFF_FFFE) + 1
    guard let number = invite.reliable?.nextNumber(content.tag, first: first) else { return }
    var writer = invite.template.response(
      status: content.status, reason: content.reason, toTag: content.tag)
    writer.add(.contact, "<\(call[leg].contact)>")
    writer.add(.allow, allowedMethods)
    writer.add(.require, "100rel")
    writer.add(.rSeq, Int(number))
    let bytes = writer.finish(
      body: content.body, contentType: content.body.isEmpty ? nil : sdpContentType)
    let sent = SentProvisional(
      number: number, tag: content.tag, isDescribed: !content.body.isEmpty,
      delivery: ReliableProvisional(response: bytes, timers: environment.timers))
    record(leg, .inviteServer(cSeq: invite.cSeq, .responded(provisional: bytes)))
    record(leg, .reliable(cSeq: invite.cSeq, .sent(sent)))
    send(
      bytes, to: invite.template.flow, leg: leg,
      report: .provisional(cSeq: invite.cSeq, number: number))
  }

  /// One step of the delivery of the reliable response that is under way.
  mutating func advance(
    _ leg: LegID, reliable cSeq: UInt32, _ input: ReliableProvisional.Input
  ) {
    guard let invite = receivedInvite(leg, cSeq), let current = invite.reliable?.current else {
      return
    }
    let decision = current.delivery.decide(input, now: now)
    if let event = decision.event { record(leg, .reliable(cSeq: cSeq, .delivery(event))) }
    switch decision.action {
    case .none, .deliver: break
    case .send(let bytes): send(bytes, to: invite.template.flow, leg: leg)
    case .fail: provisionalWentUnacknowledged(leg, invite)
    }
  }

  /// §3: no PRACK within 64·T1 ends the INVITE with a 5xx.
  private mutating func provisionalWentUnacknowledged(_ leg: LegID, _ invite: ReceivedInvite) {
    guard invite.isPending else { return }
    reject(leg, invite: invite.cSeq, status: 504, reason: "No PRACK")
    concludeUnanswered(by: .system, status: 504, reason: "No PRACK")
  }

  // PRACK from the caller

  mutating func receivePrack(
    _ prack: SIPMessage, _ cSeq: UInt32, on leg: LegID, from flow: Flow
  ) {
    let branch = prack.topVia?.branch ?? ""
    if let earlier = receivedRequest(leg, .prack, cSeq), earlier.branch == branch {
      return advance(leg, .prack, cSeq: cSeq, .retransmission)
    }
    guard let invite = invite(of: prack, on: leg), let current = invite.reliable?.current else {
      return answerStatelessly(prack, on: leg, flow: flow, status: 481)
    }
    if current.delivery.state == .acknowledged {
      return answerStatelessly(
        prack, on: leg, flow: flow, status: current.acknowledgement == branch ? 200 : 481)
    }
    // The numbers of several early dialogs need not be in one order.
    if call[leg].dialog.accepts(cSeq: cSeq) { record(leg, .advancedRemote(cSeq: cSeq)) }
    redirectFlow(leg, from: flow)
    advance(leg, reliable: invite.cSeq, .acknowledgement)
    record(leg, .reliable(cSeq: invite.cSeq, .acknowledged(branch: branch)))
    guard invite.isPending else {
      // §3: one that was overtaken by the final response is still acknowledged.
      return answerStatelessly(prack, on: leg, flow: flow, status: 200)
    }
    let description = sessionDescription(of: prack)
    if current.isDescribed, !invite.hasOffer, !isNegotiated(under: current.tag) {
      answerStatelessly(prack, on: leg, flow: flow, status: 200)
      answeredEarly(description, under: current.tag)
    } else if let description {
      offeredInPrack(description, prack, cSeq, on: leg, from: flow)
    } else {
      answerStatelessly(prack, on: leg, flow: flow, status: 200)
    }
    releaseHeld(leg, invite.cSeq)
  }

  /// The INVITE whose response that is under way, or was last, the PRACK names.
  private func invite(of prack: SIPMessage, on leg: LegID) -> ReceivedInvite? {
    guard let named = prack.rAck, named.request.method == .invite,
      let invite = receivedInvite(leg, named.request.number),
      let current = invite.reliable?.current,
      current.number == named.response, current.tag == prack.toTag
    else { return nil }
    return invite
  }

  /// What waited for the PRACK may go: the next response, or the 2xx.
  private mutating func releaseHeld(_ leg: LegID, _ cSeq: UInt32) {
    guard let invite = receivedInvite(leg, cSeq), invite.isPending,
      let reliable = invite.reliable, !reliable.isBusy
    else { return }
    if let next = reliable.waiting.first {
      record(leg, .reliable(cSeq: cSeq, .dequeued))
      // With the answer decided on, only what brings a description is still worth sending.
      if reliable.heldAnswer == nil || !next.body.isEmpty {
        return sendReliably(leg, invite, next)
      }
      return releaseHeld(leg, cSeq)
    }
    guard let answer = reliable.heldAnswer else { return }
    record(leg, .reliable(cSeq: cSeq, .answerReleased))
    accept(
      leg, invite: cSeq, status: answer.status, reason: answer.reason, body: answer.body)
  }

  // Offers and answers in PRACK: RFC 3262 §5, RFC 6337 §2.2.

  /// The phone that the caller knows by this tag.
  func phone(under tag: String) -> LegID? {
    if let leg = call.caller.earlyTags.first(where: { $0.value == tag })?.key { return leg }
    return tag == call.caller.dialog.localTag ? call.firstRinging : nil
  }

  /// The caller has heard of the phone, under the tag that our requests to the caller bear.
  func callerKnows(_ leg: LegID) -> Bool {
    let tag = call.caller.dialog.localTag
    return call.caller.earlyTags[leg].map { $0 == tag }
      ?? (call.firstRinging == leg && !call.caller.earlyTags.values.contains(tag))
  }

  private func isNegotiated(under tag: String) -> Bool {
    phone(under: tag).map { call[$0].agreed != nil } ?? false
  }

  /// The caller's answer to the offer of a phone's reliable response: it goes on in our PRACK.
  private mutating func answeredEarly(_ answer: [UInt8]?, under tag: String) {
    guard let leg = phone(under: tag), call[leg].isInSetup,
      let invite = call[leg].sentInvites.first(where: \.isPending),
      let receipt = invite.receipts.first(where: \.awaitsAnswer)
    else { return }
    guard let answer, let body = describe(answer, from: .caller, to: leg, isAnswer: true) else {
      giveUp(leg)
      return conclude(CallFailure(status: 488, reason: "No Answer in PRACK", party: ""))
    }
    acknowledge(leg, invite, receipt, answer: body)
    agree(leg)
    bridge(to: leg)
  }
}

extension CallStep {
  /// RFC 3262 §3: what the caller's INVITE says of reliable responses.
  func reliableResponses(to invite: SIPMessage) -> ReliableResponses? {
    if invite.lists("100rel", in: .require) { return ReliableResponses(isRequired: true) }
    return invite.lists("100rel", in: .supported) ? ReliableResponses(isRequired: false) : nil
  }

  /// What an INVITE of ours supports. A phone that is offered nothing may offer in a reliable
  /// response, whose PRACK needs the caller's answer: one caller's, who must be able to give it.
  func supportedOptions(on leg: LegID, isFirst: Bool, _ offer: [UInt8]) -> String? {
    let timer = environment.sessionTimers == nil ? nil : "timer"
    guard isFirst else { return timer }
    let callerInvite = call.caller.receivedInvites.first(where: \.isPending)
    let isAlone = call.legs.count { $0.isInSetup } == 1
    let isReliable = !offer.isEmpty || (isAlone && callerInvite?.reliable != nil)
    let options = [isReliable ? "100rel" : nil, timer].compactMap { $0 }
    return options.isEmpty ? nil : options.joined(separator: ", ")
  }
}
