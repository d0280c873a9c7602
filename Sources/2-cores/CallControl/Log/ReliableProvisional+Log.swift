import Machines
import SIP

extension ReliableProvisional: LogValue {
  func encode(into log: inout LogEncoder) {
    log.fields(2)
    log.write(timers)
    log.write(state)
  }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    try log.fields(2)
    let timers: TransactionTimers = try log.next()
    self.init(restoring: try log.next(), timers: timers)
  }
}

extension ReliableProvisional.State: LogValue {
  private enum Tag: UInt8, LogTag {
    case created = 1
    case waiting = 2
    case acknowledged = 3
    case abandoned = 4
  }

  func encode(into log: inout LogEncoder) {
    switch self {
    case .created(let response): log.write(Tag.created, response)
    case .waiting(let response, let retry, let interval, let end):
      log.write(Tag.waiting, response, retry, interval, end)
    case .acknowledged: log.write(Tag.acknowledged)
    case .abandoned: log.write(Tag.abandoned)
    }
  }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    switch try log.tag(Tag.self) {
    case .created: self = .created(response: try log.next())
    case .waiting:
      self = .waiting(
        response: try log.next(), retry: try log.next(), interval: try log.next(),
        end: try log.next())
    case .acknowledged: self = .acknowledged
    case .abandoned: self = .abandoned
    }
  }
}

extension ReliableProvisional.Event: LogValue {
  private enum Tag: UInt8, LogTag {
    case sent = 1
    case retransmitted = 2
    case acknowledged = 3
    case abandoned = 4
  }

  func encode(into log: inout LogEncoder) {
    switch self {
    case .sent(let retry, let interval, let end): log.write(Tag.sent, retry, interval, end)
    case .retransmitted(let retry, let interval): log.write(Tag.retransmitted, retry, interval)
    case .acknowledged: log.write(Tag.acknowledged)
    case .abandoned: log.write(Tag.abandoned)
    }
  }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    switch try log.tag(Tag.self) {
    case .sent: self = .sent(retry: try log.next(), interval: try log.next(), end: try log.next())
    case .retransmitted: self = .retransmitted(retry: try log.next(), interval: try log.next())
    case .acknowledged: self = .acknowledged
    case .abandoned: self = .abandoned
    }
  }
}
