import Machines
import Testing

@testable import CallControl

@Suite("Whole calls in the log, checked after every step")
struct LoggedCallTests {
  @Test("A call that is answered, held and hung up")
  func answered() throws {
    let calls = try LoggedCalls.answered()
    #expect(calls.steps.last?.isLast == true)
    #expect(calls.switchboard.heldCount == 0)
    #expect(calls.steps.count > 12)
  }

  @Test("A forked call that outlives its process")
  func forked() throws {
    let calls = try LoggedCalls.forked()
    let call = try calls.witness.replay(try #require(calls.steps.first).call)
    #expect(call.isOver)
    #expect(call.resumptions == 1)
    #expect(call.reports.count == 2, "what was counted before the crash, and after it")
    #expect(calls.switchboard.heldCount == 0)
  }

  @Test("A call that nobody takes")
  func refused() throws {
    let calls = try LoggedCalls.refused()
    let call = try calls.witness.replay(try #require(calls.steps.first).call)
    #expect(call.isOver)
    #expect(call.release?.status == 486)
  }

  @Test("A snapshot is shorter than what it stands for")
  func shorter() throws {
    let calls = try LoggedCalls.answered()
    let id = try #require(calls.steps.first).call
    var bytes: [UInt8] = []
    try calls.witness.replay(id).encodeSnapshot(at: LogSamples.now, into: &bytes)
    let records = calls.witness.records[id]?.reduce(0) { $0 + $1.count } ?? 0
    #expect(bytes.count < records / 2)
  }

  @Test("Events that cannot be a call's are a fault")
  func disorder() throws {
    #expect(throws: LogFault(.disorder("no opening"), at: 0)) { try Call(replaying: []) }
    let impossible: [CallEvent] = [
      .opened(LogSamples.opening), .groupDialled(ringDeadline: LogSamples.soon),
      .legOpened(LogSamples.leg(2, .callee)), .leg(LegID(9), .agreed),
      .rang(LegID(9), LogSamples.wall),
      .answered(by: .leg(LegID(9)), LogSamples.now, until: LogSamples.soon),
      .bridged(Bridge(callee: LegID(9), streams: 1)), .mediaClosed(streams: 1 << 30),
    ]
    for event in impossible {
      #expect(throws: LogFault.self) {
        try Call(replaying: [.opened(LogSamples.opening), event])
      }
    }
  }
}
