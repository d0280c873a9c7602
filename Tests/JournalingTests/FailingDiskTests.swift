import Machines
import Testing

@testable import Journaling

@Suite("A failing disk")
struct FailingDiskTests {
  @Test("A torn append is cut off, promises nothing and holds nobody back")
  func tornAppend() throws {
    for torn in 0..<44 {
      let fixture = try JournalFixture()
      fixture.tick("a")
      fixture.disk.tearNextAppend = torn
      fixture.tick("b", "c")
      #expect(fixture.journal.health == .failing(noSpace, since: fixture.now))
      #expect(fixture.journal.committed == 1 && fixture.journal.isOpen(upTo: 3))
      #expect(fixture.journal.statistics.dropped == 2)
      let (texts, damage) = try recover(fixture.disk)
      #expect(texts == ["a"] && damage.isEmpty)
    }
  }

  @Test("Where it cannot be cut off, the reader stops at it")
  func tornForGood() throws {
    let fixture = try JournalFixture()
    fixture.tick("a")
    fixture.disk.tearNextAppend = 30
    fixture.disk.truncateFault = ioError
    fixture.tick("b", "c")
    let (texts, damage) = try recover(fixture.disk)
    #expect(texts == ["a", "b"] && damage.places.map(\.bytes) == [10])
  }

  @Test("A new segment is tried at most once a second, and then the owner must rebase")
  func retries() throws {
    let fixture = try JournalFixture()
    fixture.tick("a")
    fixture.disk.writeFault = noSpace
    let failed = fixture.now
    fixture.tick("b")
    for _ in 0..<30 { fixture.pass(.milliseconds(100)) }
    #expect(fixture.journal.statistics.faults == 4)
    #expect(fixture.journal.health == .failing(noSpace, since: failed))

    fixture.disk.writeFault = nil
    fixture.pass(.milliseconds(900))
    #expect(fixture.journal.health == .failing(noSpace, since: failed))
    fixture.pass(.milliseconds(100))
    #expect(fixture.journal.health == .mustRebase)
    fixture.tick("c")
    #expect(fixture.journal.committed == 1 && fixture.journal.isOpen(upTo: 3))
    #expect(try fixture.recovered == ["a"])

    fixture.journal.rebase(now: fixture.now) { $0.append(text: "all that counts") }
    #expect(fixture.journal.health == .healthy)
    #expect(fixture.journal.committed == fixture.journal.appended)
    fixture.tick("d")
    #expect(try fixture.recovered == ["all that counts", "d"])
  }

  @Test("A rebase counts only when its last octet is there")
  func tornRebase() throws {
    let whole = JournalFixture.rebaseLength
    for torn in 0...whole {
      let fixture = try JournalFixture()
      fixture.tick("a")
      fixture.disk.truncateFault = ioError
      // The segment's beginning is an append of its own.
      fixture.disk.onAppend = { [disk = fixture.disk] in
        disk.tearNextAppend = torn < whole ? torn : nil
        disk.onAppend = nil
      }
      fixture.journal.rebase(now: fixture.now) {
        $0.append(text: "x")
        $0.append(text: "y")
      }
      let (texts, damage) = try recover(fixture.disk)
      #expect(texts == (torn < whole ? ["a"] : ["x", "y"]), "cut at \(torn) of \(whole)")
      #expect(damage.places.map(\.reason) == (torn < whole ? [.unfinishedRebase] : []))
      #expect((fixture.journal.health == .healthy) == (torn == whole))
    }
  }

  @Test("A rebase of a healthy journal replaces what was before, that of the same tick too")
  func healthyRebase() throws {
    let fixture = try JournalFixture()
    fixture.tick("a")
    fixture.journal.append(text: "b")
    fixture.journal.rebase(now: fixture.now) { $0.append(text: "c") }
    fixture.tick("d")
    #expect(try fixture.recovered == ["c", "d"])
    try fixture.restart(after: .process)
    fixture.tick("e")
    #expect(try fixture.recovered == ["c", "d", "e"])
  }

  @Test("A full disk: what fits is kept, and room that is made again ends it")
  func full() throws {
    let fixture = try JournalFixture(JournalOptions(segmentBytes: 300))
    fixture.disk.capacity = 1_000
    var texts: [String] = []
    while fixture.journal.health == .healthy {
      texts.append("record \(texts.count)")
      fixture.tick(texts[texts.count - 1])
    }
    #expect(texts.count > 10)
    #expect(try fixture.recovered == texts.dropLast())
    fixture.pass(.seconds(1))
    #expect(try fixture.recovered == texts.dropLast())

    fixture.disk.capacity = 2_000
    fixture.pass(.seconds(1))
    fixture.journal.rebase(now: fixture.now) { $0.append(text: "snapshot") }
    fixture.tick("after")
    #expect(try fixture.recovered == ["snapshot", "after"])
  }

  @Test("A failed sync promises nothing of its group, and what waits need not wait")
  func failedSync() throws {
    let fixture = try JournalFixture(JournalOptions(durability: .machine))
    var calls = 0
    fixture.journal.onCommitted = { calls += 1 }
    fixture.tick("a")
    fixture.disk.completeSync()
    fixture.tick("b")
    fixture.journal.append(text: "c")
    fixture.disk.completeSync(ioError)
    #expect(calls == 2 && fixture.journal.committed == 1)
    #expect(fixture.journal.health == .failing(ioError, since: fixture.now))
    #expect(fixture.journal.isOpen(upTo: 3))

    fixture.pass(.seconds(1))
    fixture.journal.rebase(now: fixture.now) { $0.append(text: "snapshot") }
    #expect(!fixture.journal.isOpen(upTo: 4))
    fixture.disk.completeSync()
    #expect(fixture.journal.committed == fixture.journal.appended)
    try fixture.restart(after: .machine)
    #expect(try fixture.recovered == ["snapshot"])
  }

  @Test("A sync that hangs is a fault; when it ends after all, it promises nothing")
  func stalledSync() throws {
    let fixture = try JournalFixture(
      JournalOptions(durability: .machine, patience: .milliseconds(500)))
    fixture.tick("a")
    fixture.pass(.milliseconds(500))
    #expect(fixture.journal.health == .healthy)
    fixture.pass(.milliseconds(1))
    #expect(fixture.journal.health == .failing(.stalled, since: fixture.now))
    fixture.pass(.seconds(5))
    #expect(fixture.journal.health != .mustRebase)
    fixture.disk.completeSync()
    #expect(fixture.journal.committed == 0)
    fixture.pass(.seconds(1))
    #expect(fixture.journal.health == .mustRebase)
  }

  @Test("A journal that cannot begin its first segment is failing, and begins one later")
  func cannotBegin() throws {
    let disk = MemoryDisk()
    disk.capacity = 50
    let fixture = try JournalFixture(disk: disk)
    #expect(fixture.journal.health == .failing(noSpace, since: fixture.now))
    #expect(try disk.segments().isEmpty)
    #expect(fixture.journal.isOpen(upTo: 1), "nobody waits for it")
    disk.capacity = .max
    fixture.pass(.seconds(1))
    #expect(fixture.journal.health == .mustRebase)
  }
}

extension JournalFixture {
  /// Two records of one octet and the end marker.
  static let rebaseLength = 2 * (Frame.headerLength + 1) + Frame.headerLength
}
