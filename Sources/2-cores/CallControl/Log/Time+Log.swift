import Machines

extension Now: LogValue {
  func encode(into log: inout LogEncoder) { log.write(self) }
  init(decoding log: inout LogDecoder) throws(LogFault) { self = try log.readNow() }
}

extension Instant: LogValue {
  func encode(into log: inout LogEncoder) {
    log.write(nanoseconds: nanoseconds &- log.base.steady.nanoseconds)
  }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    self.init(nanoseconds: log.base.steady.nanoseconds &+ (try log.readNanoseconds()))
  }
}

extension WallTime: LogValue {
  func encode(into log: inout LogEncoder) {
    log.write(nanoseconds: nanoseconds &- log.base.wall.nanoseconds)
  }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    self.init(nanoseconds: log.base.wall.nanoseconds &+ (try log.readNanoseconds()))
  }
}

/// To the nanosecond, which is finer than any timer.
extension Duration: LogValue {
  func encode(into log: inout LogEncoder) { log.write(nanoseconds: wholeNanoseconds) }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    self = .nanoseconds(try log.readNanoseconds())
  }
}
