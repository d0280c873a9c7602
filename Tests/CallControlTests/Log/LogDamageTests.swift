import Machines
import Testing

@testable import CallControl

@Suite("Damaged records of the call log")
struct LogDamageTests {
  private static func record(_ events: [CallEvent] = []) -> [UInt8] {
    var bytes: [UInt8] = []
    CallLogStep(
      now: LogSamples.now,
      cause: .response(leg: LegID(1), status: 200, method: .bye, cSeq: 2, reason: "Fine"),
      events: events
    ).encode(into: &bytes)
    return bytes
  }

  @Test("A record cut anywhere is a fault")
  func truncation() {
    for event in LogSamples.callEvents {
      let bytes = Self.record([event])
      for length in bytes.indices {
        #expect(throws: LogFault.self) {
          try CallLogStep.decode(bytes[..<length], version: callLogVersion)
        }
      }
      #expect(throws: LogFault(.surplus, at: bytes.count)) {
        try CallLogStep.decode((bytes + [0])[...], version: callLogVersion)
      }
    }
  }

  @Test("A changed octet is a fault, or another record, and never the same one")
  func flips() {
    var faults = 0
    for event in LogSamples.callEvents {
      let intact = Self.record([event])
      for position in intact.indices {
        for mask: UInt8 in [0x01, 0x40, 0x80, 0xFF] {
          var bytes = intact
          bytes[position] ^= mask
          guard let other = try? CallLogStep.decode(bytes[...], version: callLogVersion) else {
            faults += 1
            continue
          }
          var written: [UInt8] = []
          other.encode(into: &written)
          #expect(written != intact, "octet \(position) says nothing")
        }
      }
    }
    #expect(faults > 1000)
  }

  @Test("Damaged records of real calls replay to a fault or to some call")
  func damagedCalls() throws {
    for calls in try [LoggedCalls.answered(), .forked(), .refused()] {
      var random = SeededGenerator(seed: 7)
      let records = try #require(calls.witness.records.values.first)
      for _ in 0..<2000 {
        let chosen = Int.random(in: records.indices, using: &random)
        var bytes = records[chosen]
        bytes[Int.random(in: bytes.indices, using: &random)] = .random(in: 0...255, using: &random)
        var events: [CallEvent] = []
        for (index, record) in records.enumerated() {
          let read = index == chosen ? bytes : record
          let step = try? CallLogStep.decode(read[...], version: callLogVersion)
          events += step?.events ?? []
        }
        guard let call = try? Call(replaying: events) else { continue }
        _ = call.nextDeadline
        _ = call.makeRecords(node: "a1")
      }
    }
  }

  @Test("A length that the octets do not account for takes no memory")
  func absurdLengths() {
    // An offer of 2^63 octets, and a list of 2^63 events.
    for prefix: [UInt8] in [[3, 0, 0, 5], [3, 0, 0, 5, 1, 3]] {
      let bytes = prefix + [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F]
      #expect(throws: LogFault.self) {
        try CallLogStep.decode(bytes[...], version: callLogVersion)
      }
    }
  }

  @Test("A later program's log is refused", arguments: [0, callLogVersion + 1])
  func versions(_ version: UInt16) {
    #expect(throws: LogFault(.unknownVersion(version), at: 0)) {
      try CallLogStep.decode(Self.record()[...], version: version)
    }
  }

  @Test("A fault says where")
  func place() {
    // The tag of the first event, behind field count, times and cause.
    #expect(throws: LogFault(.unknownTag(99, of: "Tag"), at: 6)) {
      try CallLogStep.decode([3, 0, 0, 5, 1, 99], version: callLogVersion)
    }
  }
}
