import Machines
import SIP

/// What the switch can do in a dialog (RFC 3261 §20.5).
let allowedMethods = "INVITE, ACK, BYE, CANCEL, OPTIONS, INFO, MESSAGE, PRACK, UPDATE, REFER"

// Writing responses, and the steps of server transactions.
extension CallStep {
  func settings(for flow: Flow) -> TransactionSettings {
    TransactionSettings(timers: environment.timers, isReliable: flow.transport.isReliable)
  }

  /// A provisional response to the INVITE.
  mutating func respond(
    _ leg: LegID, invite cSeq: UInt32, status: Int, reason: String? = nil, toTag: String? = nil,
    body: [UInt8] = []
  ) {
    guard let invite = receivedInvite(leg, cSeq) else { return }
    if isReliable(invite, status: status, body: body) {
      let content = ProvisionalContent(
        status: status, reason: reason, tag: toTag ?? call[leg].dialog.localTag, body: body)
      return respondReliably(leg, invite, content)
    }
    var writer = invite.template.response(
      status: status, reason: reason, toTag: status == 100 ? nil : toTag)
    if status > 100 { writer.add(.contact, "<\(call[leg].contact)>") }
    let bytes = writer.finish(body: body, contentType: body.isEmpty ? nil : sdpContentType)
    advance(leg, invite: cSeq, .respond(provisional: bytes))
  }

  /// A final response other than 2xx to the INVITE.
  mutating func reject(
    _ leg: LegID, invite cSeq: UInt32, status: Int, reason: String? = nil,
    headers: [(HeaderName, String)] = []
  ) {
    guard let invite = receivedInvite(leg, cSeq), invite.isPending else { return }
    var writer = invite.template.response(
      status: status, reason: reason, toTag: call[leg].dialog.localTag)
    for (name, value) in headers { writer.add(name, value) }
    advance(leg, invite: cSeq, .reject(response: writer.finish()))
  }

  /// A 2xx to the INVITE: its retransmission is the dialog's business (§13.3.1.4).
  mutating func accept(
    _ leg: LegID, invite cSeq: UInt32, status: Int = 200, reason: String? = nil, body: [UInt8]
  ) {
    guard let invite = receivedInvite(leg, cSeq), invite.isPending else { return }
    if invite.reliable?.holdsAnswers == true {
      let answer = HeldAnswer(status: status, reason: reason, body: body)
      return record(leg, .reliable(cSeq: cSeq, .answerHeld(answer)))
    }
    var writer = invite.template.response(
      status: status, reason: reason, toTag: call[leg].dialog.localTag)
    writer.add(.contact, "<\(call[leg].contact)>")
    writer.add(.allow, allowedMethods)
    for (name, value) in startTimer(leg, invite.timing) { writer.add(name, value) }
    writer.add(.server, environment.userAgent)
    let bytes = writer.finish(body: body, contentType: body.isEmpty ? nil : sdpContentType)
    advance(leg, invite: cSeq, .accept)
    record(
      leg,
      .answered(cSeq: cSeq, delivery: AnswerDelivery(response: bytes, timers: environment.timers)))
    send(bytes, to: invite.template.flow, leg: leg, report: .answer(cSeq: cSeq))
  }

  func receivedInvite(_ leg: LegID, _ cSeq: UInt32) -> ReceivedInvite? {
    call[leg].receivedInvites.first { $0.cSeq == cSeq }
  }

  /// One step of an INVITE server transaction.
  mutating func advance(
    _ leg: LegID, invite cSeq: UInt32, _ input: InviteServerTransaction.Input
  ) {
    guard let invite = receivedInvite(leg, cSeq) else { return }
    let decision = invite.transaction.decide(input, now: now)
    if let event = decision.event { record(leg, .inviteServer(cSeq: cSeq, event)) }
    switch decision.action {
    case .none, .fail: break
    case .send(let bytes):
      var reference: TransactionReference?
      if case .reject = input { reference = .inviteServer(cSeq: cSeq) }
      send(bytes, to: invite.template.flow, leg: leg, report: reference)
    }
  }

  /// One step of the delivery of a 2xx.
  mutating func advance(_ leg: LegID, delivery cSeq: UInt32, _ input: AnswerDelivery.Input) {
    guard let invite = receivedInvite(leg, cSeq), let delivery = invite.delivery else { return }
    let decision = delivery.decide(input, now: now)
    if let event = decision.event { record(leg, .delivery(cSeq: cSeq, event)) }
    switch decision.action {
    case .none, .deliver: break
    case .send(let bytes): send(bytes, to: invite.template.flow, leg: leg)
    case .fail: answerWentUnacknowledged(leg)
    }
  }

  // Requests other than INVITE

  mutating func open(_ request: SIPMessage, cSeq: UInt32, on leg: LegID, from flow: Flow) {
    record(
      leg,
      .requestReceived(
        ReceivedRequest(
          method: request.method, cSeq: cSeq, branch: request.topVia?.branch ?? "",
          template: ResponseTemplate(of: request, flow: flow),
          transaction: NonInviteServerTransaction(settings: settings(for: flow)),
          timing: timing(ofUpdate: request, on: leg))))
  }

  private func timing(ofUpdate request: SIPMessage, on leg: LegID) -> SessionTiming? {
    guard request.method == .update,
      case .accepted(let timing) = sessionVerdict(on: request, leg: leg)
    else { return nil }
    return timing
  }

  mutating func finish(
    _ leg: LegID, _ method: SIPMethod, cSeq: UInt32, status: Int, reason: String? = nil,
    headers: [(HeaderName, String)] = [], body: [UInt8] = [], contentType: String? = nil
  ) {
    guard let request = receivedRequest(leg, method, cSeq) else { return }
    var writer = request.template.response(
      status: status, reason: reason, toTag: call[leg].dialog.localTag)
    for (name, value) in headers { writer.add(name, value) }
    let bytes = writer.finish(body: body, contentType: contentType)
    advance(leg, method, cSeq: cSeq, .finish(response: bytes))
  }

  mutating func advance(
    _ leg: LegID, _ method: SIPMethod, cSeq: UInt32, _ input: NonInviteServerTransaction.Input
  ) {
    guard let request = receivedRequest(leg, method, cSeq) else { return }
    let decision = request.transaction.decide(input, now: now)
    if let event = decision.event {
      record(leg, .server(cSeq: cSeq, method: method, event))
    }
    switch decision.action {
    case .none, .fail: break
    case .send(let bytes):
      var reference: TransactionReference?
      if case .finish = input { reference = .server(cSeq: cSeq, method: method) }
      send(bytes, to: request.template.flow, leg: leg, report: reference)
    }
  }

  func receivedRequest(_ leg: LegID, _ method: SIPMethod, _ cSeq: UInt32) -> ReceivedRequest? {
    call[leg].receivedRequests.first { $0.cSeq == cSeq && $0.method == method }
  }

  /// An answer that needs no transaction: the same request again gives the same bytes.
  mutating func answerStatelessly(
    _ request: SIPMessage, on leg: LegID, flow: Flow, status: Int,
    headers: [(HeaderName, String)] = []
  ) {
    let back = flow.responding(to: request)
    let template = ResponseTemplate(of: request, flow: back)
    var writer = template.response(status: status, toTag: call[leg].dialog.localTag)
    for (name, value) in headers { writer.add(name, value) }
    send(writer.finish(), to: back, leg: leg)
  }
}

extension CallStep {
  /// What a message of the party's says that it can do.
  mutating func learn(from message: SIPMessage, on leg: LegID) {
    let learnt = call[leg].capabilities.learning(from: message)
    if learnt != call[leg].capabilities { record(leg, .learned(learnt)) }
  }
}

let sdpContentType = "application/sdp"
