import CallControl
import Machines
import SIP

// The caller: RFC 3261 §13.2, §17.1.1, §9.1, §22.3.
extension PhoneCall {
  /// How long a caller listens to ringing.
  private static let patience = Duration.seconds(75)

  func call(_ callee: String) {
    peer = "<\(callee)>"
    target = callee
    let hasOffer = !world.random.chance(0.06)
    sendInvite(
      headers: [(.subject, session.subject)], body: hasOffer ? description() : [], isFirst: true)
    let patience =
      world.random.chance(0.2)
      ? world.random.duration(.zero ... .seconds(15)) : Self.patience
    after(patience, in: .calling) { $0.giveUp() }
  }

  func sendInvite(headers: [(HeaderName, String)] = [], body: [UInt8], isFirst: Bool) {
    cSeq += 1
    var request = dialogRequest(.invite)
    request.contact = phone.contact
    request.headers = headers
    request.body = body
    post(request, isFirst: isFirst)
  }

  private func post(_ request: PhoneRequest, isFirst: Bool) {
    let branch = request.branch
    let sending = Retransmission(phone, request.bytes(via: "\(phone.endpoint)"), cap: nil) {
      [unowned self] in inviteUnanswered(branch)
    }
    invites.append(SentInvite(request: request, sending: sending, isFirst: isFirst))
  }

  private func inviteUnanswered(_ branch: String) {
    guard let invite = invites.first(where: { $0.request.branch == branch }) else { return }
    if invite.isFirst { return end() }
    hangUp()
  }

  func inviteAnswered(_ response: SIPMessage, _ place: Int) {
    if invites[place].isFirst, response.isOfCall { session.isOpened = true }
    switch response.statusCode {
    case ..<200:
      invites[place].sending.stop()
      invites[place].isProvisional = true
      if wantsOut, invites[place].isFirst { cancel(place) }
    case ..<300: accepted(response, place)
    default: rejected(response, place)
    }
  }

  private func accepted(_ response: SIPMessage, _ place: Int) {
    invites[place].sending.stop()
    if let acknowledgement = invites[place].acknowledgement {
      checkAnswer(response, first: invites[place].answerTag)
      return phone.send(acknowledgement)
    }
    invites[place].isFinal = true
    invites[place].answerTag = response.toTag
    if invites[place].isFirst {
      session.isAnswered = true
      nodeTag = response.toTag
    }
    if let contact = response.contacts.first { target = contact.uri.text }
    let request = invites[place].request
    var acknowledgement = dialogRequest(.ack)
    acknowledgement.cSeq = request.cSeq
    if request.body.isEmpty { acknowledgement.body = description() }
    let bytes = acknowledgement.bytes(via: "\(phone.endpoint)")
    invites[place].acknowledgement = bytes
    phone.send(bytes)
    guard invites[place].isFirst, stage == .calling else { return }
    move(to: .confirmed)
    if wantsOut { return hangUp() }
    talk()
  }

  /// An INVITE has one answer, if a call gives it. One that is refused before there is a call,
  /// because there are too many of them for one, may be taken a moment later.
  private func checkAnswer(_ response: SIPMessage, first: String?) {
    guard let first, first != response.toTag, LegToken(first) != nil, !session.isDoubtful else {
      return
    }
    world.violate(.twoAnswers, "\(callID): \(first) and \(response.toTag ?? "")")
  }

  private func rejected(_ response: SIPMessage, _ place: Int) {
    invites[place].sending.stop()
    if let acknowledgement = invites[place].acknowledgement { return phone.send(acknowledgement) }
    invites[place].isFinal = true
    invites[place].answerTag = response.toTag
    let request = invites[place].request
    let bytes = request.hopByHop(.ack, to: response.firstValue(.to))
      .bytes(via: "\(phone.endpoint)")
    invites[place].acknowledgement = bytes
    phone.send(bytes)
    guard invites[place].isFirst else {
      // §12.2.1.2: the node knows no such dialog.
      if response.statusCode == 481 { hangUp() }
      return
    }
    if response.statusCode == 407, attempts < 3, !wantsOut, stage == .calling,
      let credentials = phone.digest?.credentials(
        response.firstValue(.proxyAuthenticate) ?? "", method: .invite, uri: request.uri)
    {
      attempts += 1
      var again = request
      cSeq += 1
      (again.cSeq, again.branch) = (cSeq, phone.branch())
      again.headers.removeAll { $0.0 == .proxyAuthorization }
      again.headers.append((.proxyAuthorization, credentials))
      return post(again, isFirst: true)
    }
    if stage == .calling { end() }
  }

  /// The caller hangs up before anybody has answered.
  private func giveUp() {
    wantsOut = true
    // §9.1: no CANCEL before a provisional response.
    if let place = invites.lastIndex(where: { $0.isFirst && !$0.isFinal && $0.isProvisional }) {
      cancel(place)
    }
  }

  private func cancel(_ place: Int) {
    guard !invites[place].isCancelled, !invites[place].isFinal else { return }
    invites[place].isCancelled = true
    world.write("\(phone.endpoint) \(callID) is given up")
    let request = invites[place].request.hopByHop(.cancel)
    requests[request.branch + "CANCEL"] = Retransmission(
      phone, request.bytes(via: "\(phone.endpoint)"), cap: Retransmission.t2
    ) {}
    let given = world.time
    after(Retransmission.lifetime + .seconds(2), in: .calling) { call in
      call.end()
      // While the node was away, its own time for the response may have run out.
      guard !call.session.isDoubtful, call.world.node.absence(since: call.began) < .seconds(10)
      else { return }
      call.world.violate(.noFinalResponse, "\(call.callID), given up at \(given)")
    }
  }
}
