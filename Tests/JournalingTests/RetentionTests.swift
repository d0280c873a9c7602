import Machines
import Testing

@testable import Journaling

@Suite("Retention")
struct RetentionTests {
  /// A journal of several segments, a second apart, that nobody needs.
  private func filled(_ options: JournalOptions) throws -> JournalFixture {
    let fixture = try JournalFixture(options)
    fixture.journal.finishRecovery()
    while try fixture.disk.segments().count < 10 {
      fixture.tick(String(repeating: "x", count: 100))
      fixture.pass(.seconds(1))
    }
    return fixture
  }

  private func pruneAll(_ fixture: JournalFixture) {
    for _ in 0..<10 { fixture.journal.prune(now: fixture.now) }
  }

  @Test("Within age and size nothing is removed")
  func within() throws {
    let fixture = try filled(JournalOptions(segmentBytes: 100))
    pruneAll(fixture)
    #expect(try fixture.disk.segments().count == 10)
  }

  @Test("What is old is removed a few segments a call, and the current one never")
  func byAge() throws {
    let fixture = try filled(JournalOptions(segmentBytes: 100, retention: .seconds(3_600)))
    fixture.now = fixture.now + .seconds(3_600)
    fixture.journal.prune(now: fixture.now)
    #expect(try fixture.disk.segments().count == 6)
    pruneAll(fixture)
    #expect(try fixture.disk.segments() == [fixture.journal.current])
    #expect(fixture.journal.statistics.removedSegments == 9)
  }

  @Test("What is too much is removed, oldest first, until the rest is within bounds")
  func bySize() throws {
    let fixture = try filled(JournalOptions(segmentBytes: 100, retainedBytes: 1_000))
    let all = try fixture.disk.segments()
    pruneAll(fixture)
    let left = try fixture.disk.segments()
    #expect(left == Array(all.suffix(left.count)) && left.count < all.count)
    let bytes = try left.reduce(0) { try $0 + fixture.disk.length(of: $1) }
    #expect(bytes <= 1_000 && fixture.journal.statistics.retainedBytes == bytes)
    #expect(fixture.journal.statistics.segments == left.count)
  }

  @Test("From the oldest segment that somebody needs, all are kept")
  func needed() throws {
    let fixture = try JournalFixture(
      JournalOptions(segmentBytes: 100, retention: .zero, retainedBytes: 0))
    fixture.journal.finishRecovery()
    var segments: [SegmentNumber] = []
    for index in 0..<10 { segments.append(fixture.tick(String(repeating: "x", count: 90 + index))) }
    // Too late for what is already given up; a live owner retains as it appends.
    let holder = fixture.journal.append(text: "live")
    fixture.journal.retain(holder)
    fixture.journal.retain(holder)
    fixture.journal.commit(now: fixture.now)
    for _ in 0..<5 { fixture.tick(String(repeating: "y", count: 100)) }
    fixture.pass(.seconds(1))
    pruneAll(fixture)
    #expect(try fixture.disk.segments().first == holder)
    #expect(fixture.journal.oldestRetained == holder)
    fixture.journal.release(holder)
    pruneAll(fixture)
    #expect(try fixture.disk.segments().first == holder)
    fixture.journal.release(holder)
    pruneAll(fixture)
    #expect(try fixture.disk.segments() == [fixture.journal.current])
  }

  @Test("Segments of processes before are kept for recovery, then pruned by their own age")
  func olderProcesses() throws {
    let fixture = try filled(JournalOptions(segmentBytes: 100, retention: .seconds(60)))
    fixture.now = fixture.now + .seconds(40)
    try fixture.restart(after: .process)
    fixture.now = fixture.now + .seconds(16)
    pruneAll(fixture)
    let start = try #require(try JournalReader.recoveryStart(fixture.disk))
    #expect(try fixture.disk.segments().contains(start))
    fixture.journal.finishRecovery()
    fixture.now = fixture.now + .seconds(60)
    pruneAll(fixture)
    #expect(try fixture.disk.segments() == [fixture.journal.current])
  }
}
