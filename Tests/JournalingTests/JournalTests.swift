import Machines
import Testing

@testable import Journaling

@Suite("The journal")
struct JournalTests {
  @Test("A tick's records are one append, and come back in order with key, version and segment")
  func roundTrip() throws {
    let fixture = try JournalFixture()
    let appends = fixture.disk.appends
    let segment = fixture.journal.append(RecordKey(kind: 7, high: 0xFFFE, low: .max)) {
      $0.append(contentsOf: [1, 2, 3])
    }
    fixture.journal.append(RecordKey(kind: 0, high: 0, low: 0)) { _ in }
    fixture.journal.commit(now: fixture.now)
    #expect(fixture.disk.appends == appends + 1)

    var records: [JournalRecord] = []
    let damage = try JournalReader.recover(fixture.disk) { records.append($0) }
    #expect(damage.isEmpty)
    #expect(
      records.map(\.key) == [
        .opening, RecordKey(kind: 7, high: 0xFFFE, low: .max), RecordKey(kind: 0, high: 0, low: 0),
      ])
    #expect(records.map { Array($0.payload) } == [Array("open".utf8), [1, 2, 3], []])
    #expect(records.allSatisfy { $0.version == 3 && $0.segment == segment })
  }

  @Test("With durability of the process, a record is committed by the commit, not before")
  func process() throws {
    let fixture = try JournalFixture()
    fixture.journal.append(text: "a")
    #expect(fixture.journal.appended == 1 && !fixture.journal.isOpen(upTo: 1))
    #expect(try fixture.recovered == [])
    fixture.journal.commit(now: fixture.now)
    #expect(fixture.journal.committed == 1 && fixture.journal.isOpen(upTo: 1))
    #expect(fixture.disk.syncsUnderWay == 0)
    try fixture.restart(after: .process)
    #expect(try fixture.recovered == ["a"])
  }

  @Test("A tick without records writes nothing")
  func emptyTick() throws {
    let fixture = try JournalFixture()
    let appends = fixture.disk.appends
    fixture.tick()
    #expect(fixture.disk.appends == appends)
  }

  @Test("A full segment is followed by the next, which names what recovery needs")
  func rolls() throws {
    let fixture = try JournalFixture(JournalOptions(segmentBytes: 200))
    let first = fixture.journal.append(text: "kept")
    fixture.journal.retain(first)
    fixture.journal.finishRecovery()
    let texts = (0..<40).map { "record \($0)" }
    for text in texts { fixture.tick(text) }
    #expect(try fixture.disk.segments().count > 5)
    #expect(try fixture.recovered == ["kept"] + texts)

    fixture.journal.release(first)
    while try fixture.recovered.first == "kept" { fixture.tick("more") }
    #expect(try fixture.recovered.allSatisfy { $0 == "more" })
    // The header says what was needed by the end of the tick before.
    let segments = try fixture.disk.segments()
    let last = segments[segments.count - 1]
    let header = try SegmentHeader(fixture.disk.read(last, limit: 99), of: last)
    #expect(header?.oldest == segments[segments.count - 2])
  }

  @Test("Each process begins a segment, and what was before stays needed until somebody says so")
  func restarts() throws {
    let fixture = try JournalFixture(JournalOptions(segmentBytes: 100))
    fixture.tick("a")
    for text in ["b", "c"] {
      try fixture.restart(after: .process)
      fixture.tick(text)
    }
    #expect(try fixture.disk.segments().map(\.value) == [1, 2, 3])
    #expect(try fixture.recovered == ["a", "b", "c"])
    #expect(fixture.journal.oldestRetained == SegmentNumber(value: 1))

    fixture.journal.finishRecovery()
    fixture.tick("d")
    #expect(try fixture.recovered == ["a", "b", "c", "d"])
    fixture.tick("e")
    #expect(try fixture.recovered == ["c", "d", "e"])
    try fixture.restart(after: .process)
    #expect(try fixture.recovered == ["c", "d", "e"])
  }

  @Test("A process that dies while it begins a segment loses nothing")
  func diesAtBirth() throws {
    let fixture = try JournalFixture()
    fixture.tick("a")
    let next = fixture.journal.current.next
    try fixture.disk.create(next)
    #expect(try fixture.recovered == ["a"])
    try fixture.restart(after: .process)
    #expect(fixture.journal.current == next.next)
    fixture.tick("b")
    #expect(try fixture.recovered == ["a", "b"])
  }

  @Test("A scan finds one call's records in every segment, needed or not")
  func scan() throws {
    let fixture = try JournalFixture(JournalOptions(segmentBytes: 100))
    fixture.journal.finishRecovery()
    for index in 0..<30 { fixture.tick(index % 3 == 0 ? "mine" : "others'") }
    var found: [SegmentNumber] = []
    let damage = try JournalReader.scanAll(fixture.disk, where: { $0.low == 4 }) { record in
      #expect(Array(record.payload) == Array("mine".utf8))
      found.append(record.segment)
    }
    #expect(damage.isEmpty && found.count == 10)
    #expect(Set(found).count > 5)
  }

  @Test("A burst doesn't keep its memory, and a large record is none too many")
  func burst() throws {
    let fixture = try JournalFixture()
    fixture.tick(String(repeating: "x", count: 3 << 20), "y")
    #expect(fixture.journal.batch.capacity <= 4 * Journal.batchCapacity)
    #expect(try fixture.recovered.map(\.utf8.count) == [3 << 20, 1])
  }
}
