import CallControl
import SIP

// Messages that left: an event holds what is sent for the first time, and names the transaction
// that sends again.
extension TraceFold {
  /// The message that an event sends; the event has been applied.
  mutating func message(of event: CallEvent) -> TraceMessage? {
    guard case .leg(let id, let event) = event, let leg = call?.leg(id) else { return nil }
    if let bytes = event.firstBytes { return message(bytes, to: id, isAgain: false) }
    if let bytes = leg.bytesAgain(event) { return message(bytes, to: id, isAgain: true) }
    return nil
  }

  private mutating func message(_ bytes: [UInt8], to leg: LegID, isAgain: Bool) -> TraceMessage? {
    guard let message = try? SIPMessage(bytes) else { return nil }
    return TraceMessage(
      message, to: leg, isAgain: isAgain, media: mediaSent(in: message, to: leg))
  }
}

extension LegEvent {
  /// What the event sends for the first time.
  fileprivate var firstBytes: [UInt8]? {
    switch self {
    case .inviteServer(_, .responded(let bytes)), .inviteServer(_, .rejected(let bytes)),
      .server(_, _, .responded(let bytes)), .server(_, _, .finished(let bytes)),
      .acknowledged(_, let bytes), .inviteClient(_, .rejected(let bytes, _)):
      bytes
    case .answered(_, let delivery): delivery.unsentResponse
    case .inviteSent(let invite): invite.transaction.unsentRequest
    case .requestSent(let request): request.transaction.unsentRequest
    default: nil
    }
  }
}

extension Leg {
  /// What the event sends again.
  fileprivate func bytesAgain(_ event: LegEvent) -> [UInt8]? {
    switch event {
    case .inviteServer(let cSeq, .retransmitted):
      receivedInvites.first { $0.cSeq == cSeq }?.transaction.rejection
    case .delivery(let cSeq, .retransmitted):
      receivedInvites.first { $0.cSeq == cSeq }?.delivery?.response
    case .inviteClient(let branch, .retransmitted):
      sentInvites.first { $0.branch == branch }?.transaction.request
    case .client(let branch, .retransmitted):
      sentRequests.first { $0.branch == branch }?.transaction.request
    default: nil
    }
  }
}

extension InviteServerTransaction {
  fileprivate var rejection: [UInt8]? {
    if case .completed(let response, _, _, _) = state { response } else { nil }
  }
}

extension AnswerDelivery {
  fileprivate var response: [UInt8]? {
    if case .waiting(let response, _, _, _) = state { response } else { nil }
  }
}

extension InviteClientTransaction {
  fileprivate var request: [UInt8]? {
    if case .calling(let request, _, _, _) = state { request } else { nil }
  }
}

extension NonInviteClientTransaction {
  fileprivate var request: [UInt8]? {
    switch state {
    case .trying(let request, _, _, _), .proceeding(let request, _, _): request
    case .created, .completed, .terminated: nil
    }
  }
}
