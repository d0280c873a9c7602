import Machines
import SIP

extension InviteServerTransaction.State: LogValue {
  private enum Tag: UInt8, LogTag {
    case proceeding = 1
    case accepted = 2
    case completed = 3
    case confirmed = 4
    case terminated = 5
  }

  func encode(into log: inout LogEncoder) {
    switch self {
    case .proceeding(let provisional): log.write(Tag.proceeding, provisional)
    case .accepted(let l): log.write(Tag.accepted, l)
    case .completed(let response, let g, let interval, let h):
      log.write(Tag.completed, response, g, interval, h)
    case .confirmed(let i): log.write(Tag.confirmed, i)
    case .terminated: log.write(Tag.terminated)
    }
  }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    switch try log.tag(Tag.self) {
    case .proceeding: self = .proceeding(provisional: try log.next())
    case .accepted: self = .accepted(l: try log.next())
    case .completed:
      self = .completed(
        response: try log.next(), g: try log.next(), interval: try log.next(), h: try log.next())
    case .confirmed: self = .confirmed(i: try log.next())
    case .terminated: self = .terminated
    }
  }
}

extension InviteServerTransaction.Event: LogValue {
  private enum Tag: UInt8, LogTag {
    case responded = 1
    case accepted = 2
    case rejected = 3
    case sentRejection = 4
    case sentAcceptance = 5
    case retransmitted = 6
    case confirmed = 7
    case terminated = 8
  }

  func encode(into log: inout LogEncoder) {
    switch self {
    case .responded(let provisional): log.write(Tag.responded, provisional)
    case .accepted: log.write(Tag.accepted)
    case .rejected(let response): log.write(Tag.rejected, response)
    case .sentRejection(let g, let interval, let h): log.write(Tag.sentRejection, g, interval, h)
    case .sentAcceptance(let l): log.write(Tag.sentAcceptance, l)
    case .retransmitted(let g, let interval): log.write(Tag.retransmitted, g, interval)
    case .confirmed(let i): log.write(Tag.confirmed, i)
    case .terminated: log.write(Tag.terminated)
    }
  }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    switch try log.tag(Tag.self) {
    case .responded: self = .responded(provisional: try log.next())
    case .accepted: self = .accepted
    case .rejected: self = .rejected(response: try log.next())
    case .sentRejection:
      self = .sentRejection(g: try log.next(), interval: try log.next(), h: try log.next())
    case .sentAcceptance: self = .sentAcceptance(l: try log.next())
    case .retransmitted: self = .retransmitted(g: try log.next(), interval: try log.next())
    case .confirmed: self = .confirmed(i: try log.next())
    case .terminated: self = .terminated
    }
  }
}
