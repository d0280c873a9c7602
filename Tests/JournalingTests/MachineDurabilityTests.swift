import Machines
import Testing

@testable import Journaling

@Suite("Durability of the machine")
struct MachineDurabilityTests {
  private func fixture(segmentBytes: Int = 16 << 20) throws -> JournalFixture {
    try JournalFixture(JournalOptions(durability: .machine, segmentBytes: segmentBytes))
  }

  @Test("A record waits for its sync, and what gathers meanwhile is the next group")
  func groups() throws {
    let fixture = try fixture()
    var calls = 0
    fixture.journal.onCommitted = { calls += 1 }
    fixture.tick("a")
    #expect(fixture.disk.syncsUnderWay == 1 && fixture.journal.committed == 0)
    fixture.tick("b")
    fixture.tick("c", "d")
    #expect(fixture.disk.syncsUnderWay == 1)

    fixture.disk.completeSync()
    #expect(fixture.journal.committed == 1 && calls == 1)
    #expect(!fixture.journal.isOpen(upTo: 2))
    #expect(fixture.disk.syncsUnderWay == 1)
    fixture.disk.completeSync()
    #expect(fixture.journal.committed == 4 && calls == 2)
    #expect(fixture.disk.syncsUnderWay == 0 && fixture.journal.statistics.syncs == 2)
  }

  @Test("A power loss costs what was not committed, and nothing else")
  func powerLoss() throws {
    let fixture = try fixture()
    fixture.tick("a")
    fixture.disk.completeSync()
    fixture.tick("b")
    try fixture.restart(after: .machine)
    #expect(try fixture.recovered == ["a"])
  }

  @Test("Whatever part of the rest survives, what was committed is found and nothing is made up")
  func partialSurvival() throws {
    for surviving in 0..<60 {
      let fixture = try fixture()
      fixture.tick("a", "b")
      fixture.disk.completeSync()
      fixture.tick("c", "d")
      try fixture.restart(after: .machine) { min(surviving, $0) }
      let texts = try fixture.recovered
      #expect([["a", "b"], ["a", "b", "c"], ["a", "b", "c", "d"]].contains(texts))
      #expect(texts.count == 2 + min(surviving / 20, 2))
    }
  }

  @Test("A segment is synced to its end before the records of the next are committed")
  func rollover() throws {
    let fixture = try fixture(segmentBytes: 150)
    var texts: [String] = []
    while try fixture.disk.segments().count < 4 {
      texts.append("record \(texts.count)")
      fixture.tick(texts[texts.count - 1])
    }
    var seen = fixture.journal.committed
    while fixture.disk.syncsUnderWay > 0 {
      fixture.disk.completeSync()
      #expect(fixture.journal.committed > seen || fixture.disk.syncsUnderWay > 0)
      seen = fixture.journal.committed
      #expect(try survivors(fixture.disk) >= Int(seen))
    }
    #expect(fixture.journal.committed == fixture.journal.appended)
    try fixture.restart(after: .machine)
    #expect(try fixture.recovered == texts)
  }

  /// How many records a copy of the disk would hold after a power loss.
  private func survivors(_ disk: MemoryDisk) throws -> Int {
    let copy = disk.copy()
    copy.crash(.machine)
    return try recover(copy).texts.count
  }

  @Test("A segment is given up when the record that ended the need for it is durable")
  func releaseWaits() throws {
    let fixture = try fixture(segmentBytes: 100)
    fixture.journal.finishRecovery()
    let first = fixture.tick("call begins")
    fixture.journal.retain(first)
    while fixture.disk.syncsUnderWay > 0 { fixture.disk.completeSync() }

    for _ in 0..<5 { fixture.tick("something else") }
    fixture.tick("call ends")
    fixture.journal.release(first)
    let end = fixture.journal.appended
    #expect(fixture.disk.syncsUnderWay > 3)
    while fixture.journal.committed < end {
      #expect(fixture.journal.needs.oldest == first)
      let copy = fixture.disk.copy()
      copy.crash(.machine)
      #expect(try recover(copy).texts.first == "call begins")
      fixture.disk.completeSync()
    }
    fixture.tick("something else")
    while fixture.disk.syncsUnderWay > 0 { fixture.disk.completeSync() }
    #expect(fixture.journal.needs.oldest > first)
  }
}
