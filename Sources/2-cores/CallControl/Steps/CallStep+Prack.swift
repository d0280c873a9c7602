import SIP

/// Early dialogs of one INVITE whose reliable responses are acknowledged.
private let maximumEarlyDialogs = 8

// Reliable provisional responses of the phones: RFC 3262 §4.
extension CallStep {
  /// What a reliable provisional response needs before it is looked at.
  enum Reliability: Equatable {
    /// An ordinary one.
    case none
    case next(ReliableReceipt)
    /// A retransmission, or one out of its order: neither acknowledged nor looked at.
    case ignored
  }

  func reliability(
    of response: SIPMessage, to invite: SentInvite, on leg: LegID
  ) -> Reliability {
    guard response.statusCode > 100, response.lists("100rel", in: .require) else { return .none }
    // A phone that is passed over repeats its response, and may be heard then.
    guard let number = response.rSeq, let tag = response.toTag, !tag.isEmpty,
      call[leg].transactionCount < maximumTransactions
    else { return .ignored }
    if let last = invite.receipts.first(where: { $0.tag == tag })?.number {
      guard last < .max, number == last + 1 else { return .ignored }
    } else if invite.receipts.count >= maximumEarlyDialogs {
      return .ignored
    }
    return .next(ReliableReceipt(tag: tag, number: number, awaitsAnswer: false))
  }

  /// A response of an early dialog that is not the leg's own, from behind a forking proxy: it is
  /// acknowledged so that its phone may go on ringing.
  mutating func acknowledgeSibling(
    _ leg: LegID, _ invite: SentInvite, _ receipt: ReliableReceipt, _ response: SIPMessage
  ) {
    // An offer there would need an answer of its own.
    guard invite.hasOffer || sessionDescription(of: response) == nil else { return }
    let own = call[leg].dialog
    let sibling = Dialog(
      callID: own.callID, localTag: own.localTag, remoteTag: receipt.tag,
      localAddress: own.localAddress, remoteAddress: own.remoteAddress,
      remoteTarget: response.contacts.first?.uri.text ?? own.remoteTarget,
      routeSet: response.recordRoutes.reversed().map(\.text), localCSeq: own.localCSeq)
    sendPrack(leg, invite, receipt, in: sibling, answer: [])
  }

  /// A phone behind a forking proxy that rings after another has answered: its early dialog ends
  /// with the INVITE's transaction, and until then it is acknowledged (RFC 5407 Appendix E).
  mutating func siblingProgressed(
    _ leg: LegID, _ invite: SentInvite, _ response: SIPMessage
  ) {
    guard case .next(let receipt) = reliability(of: response, to: invite, on: leg),
      call[leg].stage == .confirmed, receipt.tag != call[leg].dialog.remoteTag
    else { return }
    acknowledgeSibling(leg, invite, receipt, response)
  }

  /// Acknowledges a response of the leg's own early dialog, or keeps in mind that this has to wait
  /// for the caller's answer.
  mutating func acknowledge(
    _ leg: LegID, _ invite: SentInvite, _ receipt: ReliableReceipt, answer: [UInt8] = []
  ) {
    sendPrack(leg, invite, receipt, in: call[leg].dialog, answer: answer)
  }

  mutating func awaitAnswer(_ leg: LegID, _ invite: SentInvite, _ receipt: ReliableReceipt) {
    record(
      leg,
      .provisionalTaken(
        branch: invite.branch,
        ReliableReceipt(tag: receipt.tag, number: receipt.number, awaitsAnswer: true)))
  }

  private mutating func sendPrack(
    _ leg: LegID, _ invite: SentInvite, _ receipt: ReliableReceipt, in dialog: Dialog,
    answer: [UInt8]
  ) {
    record(
      leg,
      .provisionalTaken(
        branch: invite.branch,
        ReliableReceipt(tag: receipt.tag, number: receipt.number, awaitsAnswer: false)))
    let named = RAck(receipt.number, of: CSeq(invite.cSeq, .invite))
    sendInDialog(
      .prack, on: leg, in: dialog, purpose: .acknowledgement,
      headers: [(.rAck, named.text)], body: answer,
      contentType: answer.isEmpty ? nil : sdpContentType)
  }
}
