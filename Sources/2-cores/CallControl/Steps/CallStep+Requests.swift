import Machines
import SIP

// Writing requests, and the steps of client transactions.
extension CallStep {
  mutating func sendInvite(
    on leg: LegID, cSeq: UInt32, maxForwards: Int = 70, headers: [PassedHeader] = [],
    body: [UInt8]
  ) {
    let branch = branch(leg)
    let dialog = call[leg].dialog
    var writer = dialog.request(
      .invite, cSeq: cSeq, via: environment.listener(of: call[leg].flow).via(branch: branch),
      maxForwards: maxForwards)
    writer.add(.contact, "<\(call[leg].contact)>")
    writer.add(.allow, allowedMethods)
    if let options = supportedOptions(on: leg, isFirst: dialog.remoteTag.isEmpty, body) {
      writer.add(.supported, options)
    }
    for (name, value) in sessionHeaders(on: leg) { writer.add(name, value) }
    writer.add(.userAgent, environment.userAgent)
    for header in headers { writer.add(header.name, header.value) }
    let (flow, bytes) = carried(
      writer.finish(body: body, contentType: body.isEmpty ? nil : sdpContentType), on: leg,
      branch: branch)
    record(
      leg,
      .inviteSent(
        SentInvite(
          cSeq: cSeq, branch: branch, requestURI: dialog.requestTarget.uri, to: dialog.remote,
          routes: dialog.requestTarget.routes,
          flow: flow, hasOffer: !body.isEmpty,
          transaction: InviteClientTransaction(
            request: bytes, settings: inviteSettings(on: leg, flow)),
          acknowledgement: nil)))
    send(bytes, to: flow, leg: leg, report: .inviteClient(branch: branch))
  }

  /// The ACK for a 2xx: a request of its own, end to end (§13.2.2.4).
  mutating func acknowledge(_ leg: LegID, invite: SentInvite, answer: [UInt8] = []) {
    let flow = call[leg].flow
    let writer = call[leg].dialog.request(
      .ack, cSeq: invite.cSeq, via: environment.listener(of: flow).via(branch: branch(leg)))
    let bytes = writer.finish(body: answer, contentType: answer.isEmpty ? nil : sdpContentType)
    record(leg, .acknowledged(branch: invite.branch, acknowledgement: bytes))
    send(bytes, to: flow, leg: leg)
  }

  /// The ACK for any other final response: part of the INVITE's transaction (§17.1.1.3).
  func rejectionAcknowledgement(_ leg: LegID, invite: SentInvite, response: SIPMessage) -> [UInt8] {
    let writer = hopByHop(.ack, leg, invite, to: response.firstValue(.to))
    return writer.finish()
  }

  mutating func sendCancel(_ leg: LegID, invite: SentInvite) {
    var writer = hopByHop(.cancel, leg, invite, to: nil)
    for (name, value) in reasonHeaders(for: leg) { writer.add(name, value) }
    let bytes = writer.finish()
    open(
      SentRequest(
        method: .cancel, cSeq: invite.cSeq, branch: invite.branch, flow: invite.flow,
        purpose: .cancel,
        transaction: NonInviteClientTransaction(
          request: bytes, settings: settings(for: invite.flow))),
      bytes, on: leg)
  }

  /// A request that follows its INVITE hop by hop: same Request-URI, Via, Route, From, Call-ID
  /// and CSeq number (§9.1, §17.1.1.3).
  private func hopByHop(
    _ method: SIPMethod, _ leg: LegID, _ invite: SentInvite, to: String?
  ) -> MessageWriter {
    let dialog = call[leg].dialog
    var writer = MessageWriter(request: method, uri: invite.requestURI)
    writer.add(.via, environment.listener(of: invite.flow).via(branch: invite.branch))
    writer.add(.maxForwards, "70")
    for route in invite.routes { writer.add(.route, route) }
    writer.add(.from, dialog.local)
    writer.add(.to, to ?? invite.to)
    writer.add(.callID, dialog.callID)
    writer.add(CSeq(invite.cSeq, method))
    return writer
  }

  mutating func sendBye(_ leg: LegID) {
    sendInDialog(.bye, on: leg, purpose: .bye, headers: reasonHeaders(for: leg))
    record(leg, .staged(.ended))
  }

  mutating func sendInDialog(
    _ method: SIPMethod, on leg: LegID, in dialog: Dialog? = nil, purpose: RequestPurpose,
    headers: [(HeaderName, String)] = [], body: [UInt8] = [], contentType: String? = nil
  ) {
    let cSeq = call[leg].dialog.localCSeq + 1
    let branch = branch(leg)
    var writer = (dialog ?? call[leg].dialog).request(
      method, cSeq: cSeq, via: environment.listener(of: call[leg].flow).via(branch: branch))
    for (name, value) in headers { writer.add(name, value) }
    // RFC 4028 §7.1: in every request but the ACK.
    if environment.sessionTimers != nil { writer.add(.supported, "timer") }
    let (flow, bytes) = carried(
      writer.finish(body: body, contentType: contentType), on: leg, branch: branch)
    open(
      SentRequest(
        method: method, cSeq: cSeq, branch: branch, flow: flow, purpose: purpose,
        transaction: NonInviteClientTransaction(request: bytes, settings: settings(for: flow))),
      bytes, on: leg)
  }

  private mutating func open(_ request: SentRequest, _ bytes: [UInt8], on leg: LegID) {
    record(leg, .requestSent(request))
    send(
      bytes, to: request.flow, leg: leg,
      report: .client(branch: request.branch, method: request.method))
  }

  // Client transactions

  /// One step of an INVITE client transaction; answers whether the response is the user's.
  mutating func advance(
    _ leg: LegID, sent invite: SentInvite, _ input: InviteClientTransaction.Input
  ) -> Bool {
    let decision = invite.transaction.decide(input, now: now)
    if let event = decision.event { record(leg, .inviteClient(branch: invite.branch, event)) }
    switch decision.action {
    case .none: return false
    case .deliver: return true
    case .send(let bytes):
      send(bytes, to: invite.flow, leg: leg)
      return false
    case .acknowledgeAndDeliver(let acknowledgement):
      send(acknowledgement, to: invite.flow, leg: leg)
      return true
    case .fail(let failure):
      inviteFailed(leg, invite, failure)
      return false
    }
  }

  mutating func advance(
    _ leg: LegID, sent request: SentRequest, _ input: NonInviteClientTransaction.Input
  ) -> Bool {
    let decision = request.transaction.decide(input, now: now)
    if let event = decision.event { record(leg, .client(branch: request.branch, event)) }
    switch decision.action {
    case .none: return false
    case .deliver: return true
    case .send(let bytes):
      send(bytes, to: request.flow, leg: leg)
      return false
    case .fail:
      if request.purpose == .refresh { dialogVanished(leg, status: 408, reason: nil) }
      if case .relayed(let origin, let cSeq) = request.purpose {
        // RFC 4320 §4.2: never a 408 to a request other than INVITE.
        if request.method == .update {
          updateRejected(leg, for: origin, cSeq, status: 504, reason: nil)
        } else {
          finish(origin, request.method, cSeq: cSeq, status: 504)
        }
        dialogVanished(leg, status: 408, reason: nil)
      }
      return false
    }
  }

  /// Whether it offered the call to the phone: it went before there was a dialog.
  func isFirst(_ invite: SentInvite, of leg: LegID) -> Bool {
    let dialog = call[leg].dialog
    guard call[leg].role == .callee, invite.to == dialog.remoteAddress else { return false }
    // A phone of RFC 2543 may have no tag at all.
    return !dialog.remoteTag.isEmpty || invite.cSeq == 1 || call[leg].isInSetup
  }

  func sentInvite(_ leg: LegID, _ branch: String) -> SentInvite? {
    call[leg].sentInvites.first { $0.branch == branch }
  }

  func sentRequest(_ leg: LegID, _ branch: String, _ method: SIPMethod) -> SentRequest? {
    call[leg].sentRequests.first { $0.branch == branch && $0.method == method }
  }
}
