import Machines
import SIP

extension InviteClientTransaction.State: LogValue {
  private enum Tag: UInt8, LogTag {
    case created = 1
    case calling = 2
    case proceeding = 3
    case completed = 4
    case accepted = 5
    case terminated = 6
  }

  func encode(into log: inout LogEncoder) {
    switch self {
    case .created(let request): log.write(Tag.created, request)
    case .calling(let request, let a, let interval, let b):
      log.write(Tag.calling, request, a, interval, b)
    case .proceeding(let c): log.write(Tag.proceeding, c)
    case .completed(let acknowledgement, let d): log.write(Tag.completed, acknowledgement, d)
    case .accepted(let m): log.write(Tag.accepted, m)
    case .terminated: log.write(Tag.terminated)
    }
  }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    switch try log.tag(Tag.self) {
    case .created: self = .created(request: try log.next())
    case .calling:
      self = .calling(
        request: try log.next(), a: try log.next(), interval: try log.next(), b: try log.next())
    case .proceeding: self = .proceeding(c: try log.next())
    case .completed: self = .completed(acknowledgement: try log.next(), d: try log.next())
    case .accepted: self = .accepted(m: try log.next())
    case .terminated: self = .terminated
    }
  }
}

extension InviteClientTransaction.Event: LogValue {
  private enum Tag: UInt8, LogTag {
    case sent = 1
    case retransmitted = 2
    case proceeded = 3
    case accepted = 4
    case rejected = 5
    case terminated = 6
  }

  func encode(into log: inout LogEncoder) {
    switch self {
    case .sent(let a, let interval, let b): log.write(Tag.sent, a, interval, b)
    case .retransmitted(let a, let interval): log.write(Tag.retransmitted, a, interval)
    case .proceeded(let c): log.write(Tag.proceeded, c)
    case .accepted(let m): log.write(Tag.accepted, m)
    case .rejected(let acknowledgement, let d): log.write(Tag.rejected, acknowledgement, d)
    case .terminated: log.write(Tag.terminated)
    }
  }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    switch try log.tag(Tag.self) {
    case .sent: self = .sent(a: try log.next(), interval: try log.next(), b: try log.next())
    case .retransmitted: self = .retransmitted(a: try log.next(), interval: try log.next())
    case .proceeded: self = .proceeded(c: try log.next())
    case .accepted: self = .accepted(m: try log.next())
    case .rejected: self = .rejected(acknowledgement: try log.next(), d: try log.next())
    case .terminated: self = .terminated
    }
  }
}
