import Machines

extension Diversion: LogValue {
  func encode(into log: inout LogEncoder) {
    log.fields(4)
    log.write(from)
    log.write(to)
    log.write(reason)
    log.write(time)
  }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    try log.fields(4)
    self.init(
      from: try log.next(), to: try log.next(), reason: try log.next(), time: try log.next())
  }
}

extension RouteInquiry: LogValue {
  func encode(into log: inout LogEncoder) {
    log.fields(2)
    log.write(reason)
    log.write(contacts)
  }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    try log.fields(2)
    self.init(reason: try log.next(), contacts: try log.next())
  }
}

extension DiversionReason: LogValue {
  private enum Tag: UInt8, LogTag {
    case unconditional = 1
    case busy = 2
    case noAnswer = 3
    case unregistered = 4
    case doNotDisturb = 5
    case deflection = 6
  }

  func encode(into log: inout LogEncoder) {
    switch self {
    case .unconditional: log.write(Tag.unconditional)
    case .busy: log.write(Tag.busy)
    case .noAnswer: log.write(Tag.noAnswer)
    case .unregistered: log.write(Tag.unregistered)
    case .doNotDisturb: log.write(Tag.doNotDisturb)
    case .deflection: log.write(Tag.deflection)
    }
  }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    switch try log.tag(Tag.self) {
    case .unconditional: self = .unconditional
    case .busy: self = .busy
    case .noAnswer: self = .noAnswer
    case .unregistered: self = .unregistered
    case .doNotDisturb: self = .doNotDisturb
    case .deflection: self = .deflection
    }
  }
}
