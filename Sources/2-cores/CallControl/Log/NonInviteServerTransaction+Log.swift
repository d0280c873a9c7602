import Machines
import SIP

extension NonInviteServerTransaction.State: LogValue {
  private enum Tag: UInt8, LogTag {
    case trying = 1
    case proceeding = 2
    case completed = 3
    case terminated = 4
  }

  func encode(into log: inout LogEncoder) {
    switch self {
    case .trying: log.write(Tag.trying)
    case .proceeding(let provisional): log.write(Tag.proceeding, provisional)
    case .completed(let response, let j): log.write(Tag.completed, response, j)
    case .terminated: log.write(Tag.terminated)
    }
  }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    switch try log.tag(Tag.self) {
    case .trying: self = .trying
    case .proceeding: self = .proceeding(provisional: try log.next())
    case .completed: self = .completed(response: try log.next(), j: try log.next())
    case .terminated: self = .terminated
    }
  }
}

extension NonInviteServerTransaction.Event: LogValue {
  private enum Tag: UInt8, LogTag {
    case responded = 1
    case finished = 2
    case sent = 3
    case terminated = 4
  }

  func encode(into log: inout LogEncoder) {
    switch self {
    case .responded(let provisional): log.write(Tag.responded, provisional)
    case .finished(let response): log.write(Tag.finished, response)
    case .sent(let j): log.write(Tag.sent, j)
    case .terminated: log.write(Tag.terminated)
    }
  }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    switch try log.tag(Tag.self) {
    case .responded: self = .responded(provisional: try log.next())
    case .finished: self = .finished(response: try log.next())
    case .sent: self = .sent(j: try log.next())
    case .terminated: self = .terminated
    }
  }
}
