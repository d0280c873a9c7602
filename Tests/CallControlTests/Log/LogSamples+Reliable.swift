import SIP

@testable import CallControl

extension LogSamples {
  static let receipt = ReliableReceipt(tag: "theirs", number: 7, awaitsAnswer: true)
  static let content = ProvisionalContent(
    status: 183, reason: "Ringing Soon", tag: "t", body: octets)
  static let held = HeldAnswer(status: 200, reason: nil, body: octets)

  static let provisionals: [ReliableProvisional.State] = [
    .created(response: octets),
    .waiting(response: octets, retry: soon, interval: half, end: later), .acknowledged, .abandoned,
  ]

  static let reliableEvents: [ReliableResponses.Event] =
    provisionals.map {
      .sent(
        SentProvisional(
          number: 5, tag: "t", isDescribed: true,
          delivery: ReliableProvisional(restoring: $0, timers: timers), acknowledgement: nil))
    }
    + [
      .delivery(.sent(retry: soon, interval: half, end: later)),
      .delivery(.retransmitted(retry: later, interval: half)), .delivery(.acknowledged),
      .delivery(.abandoned), .acknowledged(branch: "z9hG4bKp"), .queued(content), .dequeued,
      .answerHeld(held), .answerReleased,
    ]

  static var reliableInvite: ReceivedInvite {
    var invite = received(.proceeding(provisional: octets), nil)
    var reliable = ReliableResponses(isRequired: true)
    for event in reliableEvents.dropLast() { reliable.apply(event) }
    reliable.apply(.queued(content))
    invite.reliable = reliable
    return invite
  }

  static let timer = SessionTimer(interval: 1800, isOurs: true, end: later, next: soon)
  static let timing = SessionTiming(interval: 90, isOurs: false, isKnown: true)

  static var timedInvite: ReceivedInvite {
    var invite = received(.proceeding(provisional: octets), nil)
    invite.timing = timing
    return invite
  }

  static var timedUpdate: ReceivedRequest {
    var update = received(.trying, .update)
    update.timing = timing
    return update
  }

  static var sentWithReceipt: SentInvite {
    var invite = sent(.proceeding(c: later))
    invite.receipts = [receipt]
    return invite
  }
}
