import SIP

extension Leg {
  /// The last response of a server transaction, as it is repeated, and the way that it goes; nil
  /// for other transactions, and for those that are over.
  package func response(_ reference: TransactionReference) -> (bytes: [UInt8], flow: Flow)? {
    switch reference {
    case .inviteServer(let cSeq):
      guard let invite = receivedInvites.first(where: { $0.cSeq == cSeq }) else { return nil }
      return invite.transaction.lastResponse.map { ($0, invite.template.flow) }
    case .answer(let cSeq):
      guard let invite = receivedInvites.first(where: { $0.cSeq == cSeq }) else { return nil }
      return invite.delivery?.pendingResponse.map { ($0, invite.template.flow) }
    case .provisional(let cSeq, let number):
      guard let invite = receivedInvites.first(where: { $0.cSeq == cSeq }),
        let current = invite.reliable?.current, current.number == number
      else { return nil }
      return current.delivery.pendingResponse.map { ($0, invite.template.flow) }
    case .server(let cSeq, let method):
      let request = receivedRequests.first { $0.cSeq == cSeq && $0.method == method }
      guard let request else { return nil }
      return request.transaction.lastResponse.map { ($0, request.template.flow) }
    case .inviteClient, .client:
      return nil
    }
  }
}

extension InviteServerTransaction {
  fileprivate var lastResponse: [UInt8]? {
    switch state {
    case .proceeding(let provisional): provisional
    case .completed(let response, _, _, _): response
    case .accepted, .confirmed, .terminated: nil
    }
  }
}

extension NonInviteServerTransaction {
  fileprivate var lastResponse: [UInt8]? {
    switch state {
    case .proceeding(let response), .completed(let response, _): response
    case .trying, .terminated: nil
    }
  }
}

extension AnswerDelivery {
  fileprivate var pendingResponse: [UInt8]? {
    switch state {
    case .created(let response), .waiting(let response, _, _, _): response
    case .acknowledged, .abandoned: nil
    }
  }
}

extension ReliableProvisional {
  fileprivate var pendingResponse: [UInt8]? {
    switch state {
    case .created(let response), .waiting(let response, _, _, _): response
    case .acknowledged, .abandoned: nil
    }
  }
}
