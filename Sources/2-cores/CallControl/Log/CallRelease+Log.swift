import Machines

extension CallRelease: LogValue {
  func encode(into log: inout LogEncoder) {
    log.fields(5)
    log.write(time)
    log.write(by)
    log.write(status)
    log.write(reason)
    log.write(note)
  }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    try log.fields(5)
    self.init(
      time: try log.next(), by: try log.next(), status: try log.next(), reason: try log.next(),
      note: try log.next())
  }
}

extension Releaser: LogValue {
  private enum Tag: UInt8, LogTag {
    case caller = 1
    case callee = 2
    case system = 3
  }

  func encode(into log: inout LogEncoder) {
    switch self {
    case .caller: log.write(Tag.caller)
    case .callee: log.write(Tag.callee)
    case .system: log.write(Tag.system)
    }
  }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    switch try log.tag(Tag.self) {
    case .caller: self = .caller
    case .callee: self = .callee
    case .system: self = .system
    }
  }
}

extension CallFailure: LogValue {
  func encode(into log: inout LogEncoder) {
    log.fields(3)
    log.write(status)
    log.write(reason)
    log.write(party)
  }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    try log.fields(3)
    self.init(status: try log.next(), reason: try log.next(), party: try log.next())
  }
}

extension LegOutcome: LogValue {
  func encode(into log: inout LogEncoder) {
    log.fields(3)
    log.write(time)
    log.write(status)
    log.write(reason)
  }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    try log.fields(3)
    self.init(time: try log.next(), status: try log.next(), reason: try log.next())
  }
}

extension Resumption: LogValue {
  func encode(into log: inout LogEncoder) {
    log.fields(2)
    log.write(time)
    log.write(lastHeard)
  }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    try log.fields(2)
    self.init(time: try log.next(), lastHeard: try log.next())
  }
}
