import Machines
import SIP

extension NonInviteClientTransaction.State: LogValue {
  private enum Tag: UInt8, LogTag {
    case created = 1
    case trying = 2
    case proceeding = 3
    case completed = 4
    case terminated = 5
  }

  func encode(into log: inout LogEncoder) {
    switch self {
    case .created(let request): log.write(Tag.created, request)
    case .trying(let request, let e, let interval, let f):
      log.write(Tag.trying, request, e, interval, f)
    case .proceeding(let request, let e, let f): log.write(Tag.proceeding, request, e, f)
    case .completed(let k): log.write(Tag.completed, k)
    case .terminated: log.write(Tag.terminated)
    }
  }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    switch try log.tag(Tag.self) {
    case .created: self = .created(request: try log.next())
    case .trying:
      self = .trying(
        request: try log.next(), e: try log.next(), interval: try log.next(), f: try log.next())
    case .proceeding:
      self = .proceeding(request: try log.next(), e: try log.next(), f: try log.next())
    case .completed: self = .completed(k: try log.next())
    case .terminated: self = .terminated
    }
  }
}

extension NonInviteClientTransaction.Event: LogValue {
  private enum Tag: UInt8, LogTag {
    case sent = 1
    case retransmitted = 2
    case proceeded = 3
    case completed = 4
    case terminated = 5
  }

  func encode(into log: inout LogEncoder) {
    switch self {
    case .sent(let e, let interval, let f): log.write(Tag.sent, e, interval, f)
    case .retransmitted(let e, let interval): log.write(Tag.retransmitted, e, interval)
    case .proceeded(let e, let f): log.write(Tag.proceeded, e, f)
    case .completed(let k): log.write(Tag.completed, k)
    case .terminated: log.write(Tag.terminated)
    }
  }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    switch try log.tag(Tag.self) {
    case .sent: self = .sent(e: try log.next(), interval: try log.next(), f: try log.next())
    case .retransmitted: self = .retransmitted(e: try log.next(), interval: try log.next())
    case .proceeded: self = .proceeded(e: try log.next(), f: try log.next())
    case .completed: self = .completed(k: try log.next())
    case .terminated: self = .terminated
    }
  }
}
