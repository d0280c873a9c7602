import SIP

/// What a step of a call came from: for the ladder diagram, and of no effect on the call.
package enum CallCause: Equatable, Sendable {
  case request(leg: LegID, method: SIPMethod, cSeq: UInt32)
  /// `method` and `cSeq` of the request that it answers; `reason` only where it is not the
  /// standard phrase of its status.
  case response(leg: LegID, status: Int, method: SIPMethod, cSeq: UInt32, reason: String?)
  /// A message of the leg has really left.
  case sent(leg: LegID)
  case transportFailed(leg: LegID)
  case deadline
  case routed
  case media
  /// The operator, or the end of the program, wanted the call to end.
  case operatorRequest
  /// The call was taken up again from its log.
  case recovery
  /// The party's phone has a new connection.
  case flowRenewed(leg: LegID)
  /// A name was found in DNS, or not.
  case located(leg: LegID)
  /// No input: the call was written down whole.
  case snapshot
}

extension CallCause {
  package init(_ input: CallInput) {
    switch input {
    case .request(let request, let leg, _):
      self = .request(leg: leg, method: request.method, cSeq: request.cSeq?.number ?? 0)
    case .response(let response, let leg): self = .init(response, leg)
    case .sent(_, let leg): self = .sent(leg: leg)
    case .transportFailed(_, let leg): self = .transportFailed(leg: leg)
    case .deadline: self = .deadline
    case .routed: self = .routed
    case .flowRenewed(let leg, _): self = .flowRenewed(leg: leg)
    case .located(let leg, _, _): self = .located(leg: leg)
    case .mediaReport, .mediaProgress, .mediaInactive: self = .media
    case .recovered: self = .recovery
    case .hangUp: self = .operatorRequest
    }
  }

  private init(_ response: SIPMessage, _ leg: LegID) {
    let (status, phrase, cSeq) = (response.statusCode, response.reasonPhrase, response.cSeq)
    self = .response(
      leg: leg, status: status, method: cSeq?.method ?? .none, cSeq: cSeq?.number ?? 0,
      reason: phrase == ReasonPhrase.standard(status) ? nil : phrase)
  }
}

extension CallCause: LogValue {
  private enum Tag: UInt8, LogTag {
    case request = 1
    case response = 2
    case sent = 3
    case transportFailed = 4
    case deadline = 5
    case routed = 6
    case media = 7
    case operatorRequest = 8
    case recovery = 9
    case snapshot = 10
    case flowRenewed = 11
    case located = 80
  }

  func encode(into log: inout LogEncoder) {
    switch self {
    case .request(let leg, let method, let cSeq): log.write(Tag.request, leg, method, cSeq)
    case .response(let leg, let status, let method, let cSeq, let reason):
      log.write(Tag.response, leg, status, method)
      log.write(cSeq)
      log.write(reason)
    case .sent(let leg): log.write(Tag.sent, leg)
    case .transportFailed(let leg): log.write(Tag.transportFailed, leg)
    case .deadline: log.write(Tag.deadline)
    case .routed: log.write(Tag.routed)
    case .media: log.write(Tag.media)
    case .operatorRequest: log.write(Tag.operatorRequest)
    case .recovery: log.write(Tag.recovery)
    case .snapshot: log.write(Tag.snapshot)
    case .flowRenewed(let leg): log.write(Tag.flowRenewed, leg)
    case .located(let leg): log.write(Tag.located, leg)
    }
  }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    switch try log.tag(Tag.self) {
    case .request:
      self = .request(leg: try log.next(), method: try log.next(), cSeq: try log.next())
    case .response:
      self = .response(
        leg: try log.next(), status: try log.next(), method: try log.next(),
        cSeq: try log.next(), reason: try log.next())
    case .sent: self = .sent(leg: try log.next())
    case .transportFailed: self = .transportFailed(leg: try log.next())
    case .deadline: self = .deadline
    case .routed: self = .routed
    case .media: self = .media
    case .operatorRequest: self = .operatorRequest
    case .recovery: self = .recovery
    case .snapshot: self = .snapshot
    case .flowRenewed: self = .flowRenewed(leg: try log.next())
    case .located: self = .located(leg: try log.next())
    }
  }
}
