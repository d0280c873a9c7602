// What a transaction that was read back from a log has to send at once. A message is in the log
// before it leaves, and `sent` is there only after it has left: in between it counts as unsent.

extension InviteServerTransaction {
  /// The response that stands while no final one has been given. Provisional responses are not
  /// repeated by a timer (RFC 3261 §13.3.1.1), so one that was lost with the process would stay so.
  public var lastProvisional: [UInt8]? {
    if case .proceeding(let provisional) = state { provisional } else { nil }
  }

  public var unsentRejection: [UInt8]? {
    if case .completed(let response, _, _, nil) = state { response } else { nil }
  }
}

extension AnswerDelivery {
  public var unsentResponse: [UInt8]? {
    if case .created(let response) = state { response } else { nil }
  }
}

extension ReliableProvisional {
  public var unsentResponse: [UInt8]? {
    if case .created(let response) = state { response } else { nil }
  }
}

extension NonInviteServerTransaction {
  public var unsentResponse: [UInt8]? {
    if case .completed(let response, nil) = state { response } else { nil }
  }
}

extension InviteClientTransaction {
  public var unsentRequest: [UInt8]? {
    if case .created(let request) = state { request } else { nil }
  }

  /// A request that no response has come to.
  public var unansweredRequest: [UInt8]? {
    switch state {
    case .created(let request), .calling(let request, _, _, _): request
    case .proceeding, .completed, .accepted, .terminated: nil
    }
  }

  /// The ACK of a rejection.
  public var keptAcknowledgement: [UInt8]? {
    if case .completed(let acknowledgement, _) = state { acknowledgement } else { nil }
  }
}

extension NonInviteClientTransaction {
  /// A request that no final response has come to.
  public var unansweredRequest: [UInt8]? {
    switch state {
    case .created(let request), .trying(let request, _, _, _), .proceeding(let request, _, _):
      request
    case .completed, .terminated: nil
    }
  }

  public var unsentRequest: [UInt8]? {
    if case .created(let request) = state { request } else { nil }
  }
}
