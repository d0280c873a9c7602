import Machines

/// The format that this program writes. It reads this one and all before it.
package let callLogVersion: UInt16 = 1

/// One step of a call as the log holds it: when, why, and what happened.
package struct CallLogStep: Equatable, Sendable {
  package let now: Now
  package let cause: CallCause
  package let events: [CallEvent]

  package init(now: Now, cause: CallCause, events: [CallEvent]) {
    self.now = now
    self.cause = cause
    self.events = events
  }
}

extension CallLogStep {
  /// Writes the step at the end of the bytes.
  package func encode(into bytes: inout [UInt8]) {
    Self.encode(now: now, cause: cause, events: events, into: &bytes)
  }

  package static func encode(
    now: Now, cause: CallCause, events: [CallEvent], into bytes: inout [UInt8]
  ) {
    var log = LogEncoder()
    // Lends the buffer to the encoder; a copy of it would cost more than all the rest.
    swap(&log.bytes, &bytes)
    log.fields(3)
    log.write(now)
    log.base = now
    log.write(cause)
    log.write(events)
    swap(&log.bytes, &bytes)
  }

  /// - Parameters:
  ///   - bytes: one step and nothing else.
  ///   - version: the format that the log says it was written in.
  package static func decode(
    _ bytes: ArraySlice<UInt8>, version: UInt16
  ) throws(LogFault) -> CallLogStep {
    guard 1...callLogVersion ~= version else { throw LogFault(.unknownVersion(version), at: 0) }
    var log = LogDecoder(bytes, version: version)
    try log.fields(3)
    let now = try log.readNow()
    log.base = now
    let step = CallLogStep(now: now, cause: try log.next(), events: try log.next())
    try log.finish()
    return step
  }
}
