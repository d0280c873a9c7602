import Machines

extension SessionTimer: LogValue {
  func encode(into log: inout LogEncoder) {
    log.fields(4)
    log.write(interval)
    log.write(isOurs)
    log.write(end)
    log.write(next)
  }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    try log.fields(4)
    self.init(
      interval: try log.next(), isOurs: try log.next(), end: try log.next(), next: try log.next())
  }
}

extension SessionTiming: LogValue {
  func encode(into log: inout LogEncoder) {
    log.fields(3)
    log.write(interval)
    log.write(isOurs)
    log.write(isKnown)
  }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    try log.fields(3)
    self.init(interval: try log.next(), isOurs: try log.next(), isKnown: try log.next())
  }
}
