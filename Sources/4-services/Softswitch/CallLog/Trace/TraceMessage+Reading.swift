import CallControl
import SIP

extension TraceMessage {
  /// What a step took from a party; nil for other causes.
  init?(_ cause: CallCause, media: [String]) {
    switch cause {
    case .request(let leg, let method, let cSeq):
      self.init(
        leg: leg, isReceived: true, title: method.name, cSeq: "\(cSeq)", isAgain: false,
        media: media)
    case .response(let leg, let status, let method, let cSeq, let reason):
      self.init(
        leg: leg, isReceived: true, title: Self.title(status, reason),
        cSeq: "\(cSeq) \(method.name)", isAgain: false, media: media)
    case .sent, .transportFailed, .deadline, .routed, .media, .operatorRequest, .recovery,
      .snapshot, .flowRenewed, .located:
      return nil
    }
  }

  /// What was sent to a party.
  init(_ message: SIPMessage, to leg: LegID, isAgain: Bool, media: [String]) {
    let cSeq = message.cSeq.map { "\($0.number)" } ?? "?"
    if message.isRequest {
      self.init(
        leg: leg, isReceived: false, title: message.method.name, cSeq: cSeq, isAgain: isAgain,
        media: media)
    } else {
      self.init(
        leg: leg, isReceived: false, title: Self.title(message.statusCode, message.reasonPhrase),
        cSeq: "\(cSeq) \(message.method.name)", isAgain: isAgain, media: media)
    }
  }

  private static func title(_ status: Int, _ reason: String?) -> String {
    let phrase = reason ?? ReasonPhrase.standard(status)
    return phrase.isEmpty ? "\(status)" : "\(status) \(phrase)"
  }
}
