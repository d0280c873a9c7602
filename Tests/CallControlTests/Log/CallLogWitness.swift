import Machines
import Testing

@testable import CallControl

/// Writes each step of calls into a log beside the live calls, and checks after each that the
/// log, read back, is the call, and that a snapshot of the call is the call.
final class CallLogWitness {
  private(set) var records: [CallID: [[UInt8]]] = [:]

  func note(_ step: Switchboard.Step, live: Call?) throws {
    let written = CallLogStep(now: step.now, cause: step.cause, events: step.events)
    var bytes: [UInt8] = []
    written.encode(into: &bytes)
    let read = try CallLogStep.decode(bytes[...], version: callLogVersion)
    #expect(read == written, "a step reads as it was written")
    records[step.call, default: []].append(bytes)
    guard let live else { return }
    #expect(try replay(step.call) == live, "the log is the call")
    var snapshot: [UInt8] = []
    live.encodeSnapshot(at: step.now, into: &snapshot)
    let copy = try Call.decodeSnapshot(snapshot[...], version: callLogVersion)
    #expect(copy == live, "a snapshot is the call")
  }

  /// The call as its records make it.
  func replay(_ call: CallID) throws -> Call {
    var events: [CallEvent] = []
    for record in records[call] ?? [] {
      events += try CallLogStep.decode(record[...], version: callLogVersion).events
    }
    return try Call(replaying: events)
  }
}
