import Machines
import SIP

extension TransactionSettings: LogValue {
  func encode(into log: inout LogEncoder) {
    log.fields(patience == nil ? 2 : 3)
    log.write(timers)
    log.write(isReliable)
    if let patience { log.write(patience) }
  }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    let fields = try log.fields(2...3)
    self.init(
      timers: try log.next(), isReliable: try log.next(),
      patience: fields > 2 ? try Duration(decoding: &log) : nil)
  }
}

extension TransactionTimers: LogValue {
  private enum Tag: UInt8, LogTag {
    /// Those of RFC 3261's Table 4, as nearly every transaction has them. Should the program's
    /// standard ever change, this tag still stands for these.
    case standard = 1
    case configured = 2
  }

  private static let first = TransactionTimers(
    t1: .milliseconds(500), t2: .seconds(4), t4: .seconds(5), c: .seconds(200))

  func encode(into log: inout LogEncoder) {
    if self == Self.first { return log.write(Tag.standard) }
    log.write(Tag.configured, t1, t2, t4, c)
  }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    switch try log.tag(Tag.self) {
    case .standard: self = Self.first
    case .configured:
      self.init(t1: try log.next(), t2: try log.next(), t4: try log.next(), c: try log.next())
    }
  }
}
