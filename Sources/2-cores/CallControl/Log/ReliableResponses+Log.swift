import SIP

extension ReliableResponses: LogValue {
  func encode(into log: inout LogEncoder) {
    log.fields(5)
    log.write(isRequired)
    log.write(dialogs)
    log.write(current)
    log.write(waiting)
    log.write(heldAnswer)
  }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    try log.fields(5)
    self.init(
      restoring: try log.next(), dialogs: try log.next(), current: try log.next(),
      waiting: try log.next(), heldAnswer: try log.next())
  }
}

extension ReliableResponses.EarlyDialog: LogValue {
  func encode(into log: inout LogEncoder) {
    log.fields(3)
    log.write(tag)
    log.write(number)
    log.write(isDescribed)
  }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    try log.fields(3)
    self.init(tag: try log.next(), number: try log.next(), isDescribed: try log.next())
  }
}

extension SentProvisional: LogValue {
  func encode(into log: inout LogEncoder) {
    log.fields(5)
    log.write(number)
    log.write(tag)
    log.write(isDescribed)
    log.write(delivery)
    log.write(acknowledgement)
  }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    try log.fields(5)
    self.init(
      number: try log.next(), tag: try log.next(), isDescribed: try log.next(),
      delivery: try log.next(), acknowledgement: try log.next())
  }
}

extension ProvisionalContent: LogValue {
  func encode(into log: inout LogEncoder) {
    log.fields(4)
    log.write(status)
    log.write(reason)
    log.write(tag)
    log.write(body)
  }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    try log.fields(4)
    self.init(
      status: try log.next(), reason: try log.next(), tag: try log.next(), body: try log.next())
  }
}

extension HeldAnswer: LogValue {
  func encode(into log: inout LogEncoder) {
    log.fields(3)
    log.write(status)
    log.write(reason)
    log.write(body)
  }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    try log.fields(3)
    self.init(status: try log.next(), reason: try log.next(), body: try log.next())
  }
}

extension ReliableReceipt: LogValue {
  func encode(into log: inout LogEncoder) {
    log.fields(3)
    log.write(tag)
    log.write(number)
    log.write(awaitsAnswer)
  }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    try log.fields(3)
    self.init(tag: try log.next(), number: try log.next(), awaitsAnswer: try log.next())
  }
}

extension ReliableResponses.Event: LogValue {
  private enum Tag: UInt8, LogTag {
    case sent = 1
    case delivery = 2
    case acknowledged = 3
    case queued = 4
    case dequeued = 5
    case answerHeld = 6
    case answerReleased = 7
  }

  func encode(into log: inout LogEncoder) {
    switch self {
    case .sent(let provisional): log.write(Tag.sent, provisional)
    case .delivery(let event): log.write(Tag.delivery, event)
    case .acknowledged(let branch): log.write(Tag.acknowledged, branch)
    case .queued(let content): log.write(Tag.queued, content)
    case .dequeued: log.write(Tag.dequeued)
    case .answerHeld(let answer): log.write(Tag.answerHeld, answer)
    case .answerReleased: log.write(Tag.answerReleased)
    }
  }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    switch try log.tag(Tag.self) {
    case .sent: self = .sent(try log.next())
    case .delivery: self = .delivery(try log.next())
    case .acknowledged: self = .acknowledged(branch: try log.next())
    case .queued: self = .queued(try log.next())
    case .dequeued: self = .dequeued
    case .answerHeld: self = .answerHeld(try log.next())
    case .answerReleased: self = .answerReleased
    }
  }
}
