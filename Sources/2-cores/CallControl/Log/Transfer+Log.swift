import Machines

extension Transfer: LogValue {
  func encode(into log: inout LogEncoder) {
    log.fields(10)
    log.write(referrer)
    log.write(transferee)
    log.write(target)
    log.write(referNumber)
    log.write(isNotifying)
    log.write(isRouting)
    log.write(untried)
    log.write(ringDeadline)
    log.write(failure)
    log.write(toldStatus)
  }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    try log.fields(10)
    self.init(
      referrer: try log.next(), transferee: try log.next(), target: try log.next(),
      referNumber: try log.next(), isNotifying: try log.next())
    isRouting = try log.next()
    untried = try log.next()
    ringDeadline = try log.next()
    failure = try log.next()
    toldStatus = try log.next()
  }
}

extension Joining: LogValue {
  func encode(into log: inout LogEncoder) {
    log.fields(4)
    log.write(first)
    log.write(second)
    log.write(referrer)
    log.write(time)
  }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    try log.fields(4)
    self.init(
      first: try log.next(), second: try log.next(), referrer: try log.next(),
      time: try log.next())
  }
}

extension Reoffer: LogValue {
  func encode(into log: inout LogEncoder) {
    log.fields(2)
    log.write(leg)
    log.write(time)
  }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    try log.fields(2)
    self.init(leg: try log.next(), time: try log.next())
  }
}
