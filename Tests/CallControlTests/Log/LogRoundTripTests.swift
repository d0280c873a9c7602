import Machines
import SIP
import Testing

@testable import CallControl

@Suite("The call log's encoding")
struct LogRoundTripTests {
  @Test("Every event reads as it was written")
  func events() throws {
    for event in LogSamples.callEvents {
      #expect(try reread(.deadline, [event]).events == [event])
    }
    #expect(try reread(.deadline, LogSamples.callEvents).events == LogSamples.callEvents)
  }

  @Test("No case is forgotten")
  func completeness() {
    #expect(Set(LogSamples.callEvents.map(CallEventKind.init)) == Set(CallEventKind.allCases))
    #expect(Set(LogSamples.legEvents.map(LegEventKind.init)) == Set(LegEventKind.allCases))
  }

  @Test("Every cause reads as it was written")
  func causes() throws {
    for cause in LogSamples.causes { #expect(try reread(cause, []).cause == cause) }
  }

  @Test(
    "Moments far from now, and whole numbers at their ends",
    arguments: [Int64.min, .min + 1, -1, 0, 1, 999_999, 1_000_000, .max - 1, .max])
  func extremes(_ nanoseconds: Int64) throws {
    let moment = Instant(nanoseconds: nanoseconds)
    let event = CallEvent.groupDialled(ringDeadline: moment)
    #expect(try reread(.routed, [event]).events == [event])
    let now = Now(steady: moment, wall: WallTime(nanoseconds: nanoseconds))
    var bytes: [UInt8] = []
    CallLogStep(now: now, cause: .routed, events: []).encode(into: &bytes)
    #expect(try CallLogStep.decode(bytes[...], version: 1).now == now)
  }

  @Test("A leg in any state reads as it was written")
  func legs() throws {
    var leg = LogSamples.leg(1, .callee)
    for event in LogSamples.legEvents {
      leg.apply(event)
      #expect(try reread(.snapshot, [.legOpened(leg)]).events == [.legOpened(leg)])
    }
  }

  @Test("What a cause says of an input")
  func inputs() throws {
    let invite = try SIPMessage(TestParty.alice.invite(cSeq: 7))
    #expect(
      CallCause(.request(invite, leg: .caller, flow: LogSamples.udp))
        == .request(leg: .caller, method: .invite, cSeq: 7))
    let busy = try SIPMessage(TestParty.bob().respond(486, to: invite))
    #expect(
      CallCause(.response(busy, leg: LegID(1)))
        == .response(leg: LegID(1), status: 486, method: .invite, cSeq: 7, reason: nil))
    let text = String(decoding: busy.bytes, as: UTF8.self)
    let edited = text.split(separator: "Busy Here", maxSplits: 1).joined(separator: "Not Now")
    #expect(
      CallCause(.response(try SIPMessage(Array(edited.utf8)), leg: LegID(1)))
        == .response(leg: LegID(1), status: 486, method: .invite, cSeq: 7, reason: "Not Now"))
    #expect(CallCause(.sent(.answer(cSeq: 1), leg: .caller)) == .sent(leg: .caller))
    #expect(CallCause(.hangUp(reason: "test")) == .operatorRequest)
  }

  @Test("A field that an older program did not write has its default")
  func growth() throws {
    var log = LogEncoder()
    log.fields(1)
    log.write("one")
    log.fields(2)
    log.write("two")
    log.write(UInt32(2))
    var decoder = LogDecoder(log.bytes[...])
    #expect(try Grown(decoding: &decoder) == Grown(text: "one", number: 1))
    #expect(try Grown(decoding: &decoder) == Grown(text: "two", number: 2))
    var newer = LogDecoder([3, 0, 0, 0])
    #expect(throws: LogFault(.malformed("number of fields"), at: 1)) {
      try Grown(decoding: &newer)
    }
  }

  private func reread(_ cause: CallCause, _ events: [CallEvent]) throws -> CallLogStep {
    var bytes: [UInt8] = [9]
    CallLogStep.encode(now: LogSamples.now, cause: cause, events: events, into: &bytes)
    #expect(bytes[0] == 9, "what was in the buffer stays")
    return try CallLogStep.decode(bytes.dropFirst(), version: callLogVersion)
  }
}

/// A struct whose second field came later.
private struct Grown: LogValue, Equatable {
  var text: String
  var number: UInt32

  init(text: String, number: UInt32) {
    self.text = text
    self.number = number
  }

  func encode(into log: inout LogEncoder) {
    log.fields(2)
    log.write(text)
    log.write(number)
  }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    let fields = try log.fields(1...2)
    self.init(text: try log.next(), number: fields > 1 ? try log.next() : 1)
  }
}
