import Dispatch
import Foundation
import Machines
import Synchronization
import Testing

@testable import Journaling

@Suite("Segments in files")
struct FileDiskTests {
  private let folder: TemporaryFolder
  private let start = Instant(nanoseconds: 5)

  init() throws {
    folder = try TemporaryFolder()
  }

  private func journal(
    _ options: JournalOptions = JournalOptions(), in directory: String? = nil,
    hop: @escaping @Sendable (@escaping @Sendable () -> Void) -> Void = { $0() }
  ) throws -> Journal {
    let disk = try FileDisk(directory: directory ?? folder.path + "/journal", hop: hop)
    return try Journal(disk: disk, options: options, opening: [], version: 1, now: start)
  }

  private var reader: FileDisk { .reading(directory: folder.path + "/journal") }

  @Test("A reader beside the writer sees what was committed, and can write nothing")
  func readBeside() throws {
    let journal = try journal()
    journal.append(text: "a")
    journal.commit(now: start)
    #expect(try recover(reader).texts == ["a"])
    #expect(throws: JournalFault.readOnly) { try reader.create(SegmentNumber(value: 9)) }
    #expect(throws: JournalFault.readOnly) { try reader.remove(SegmentNumber(value: 1)) }
    #expect(throws: JournalFault.missing(SegmentNumber(value: 9))) {
      try reader.read(SegmentNumber(value: 9), limit: 1)
    }
    withExtendedLifetime(journal) {}
  }

  @Test("Two cannot write at a time, and the second hears who does")
  func lock() throws {
    var first: Journal? = try journal()
    #expect(throws: JournalFault.locked(by: getpid())) { try journal() }
    first?.append(text: "a")
    first?.commit(now: start)
    first = nil
    let second = try journal()
    second.append(text: "b")
    second.commit(now: start)
    #expect(try recover(reader).texts == ["a", "b"])
  }

  @Test("Only what is named as a segment is one, and files are for their owner alone")
  func names() throws {
    let journal = try journal()
    for name in ["x.journal", "ffffffffffffffff.journal", "000000000000000A.journal", "lock~"] {
      #expect(
        FileManager.default.createFile(atPath: folder.path + "/journal/" + name, contents: nil))
    }
    #expect(try reader.segments() == [journal.current])
    let path = folder.path + "/journal/0000000000000001.journal"
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    #expect(attributes[.posixPermissions] as? Int == 0o600)
  }

  @Test("A file cut at any octet gives the records that are whole")
  func cutAnywhere() throws {
    var journal: Journal? = try journal()
    for text in ["first", "second"] {
      journal?.append(text: text)
      journal?.commit(now: start)
    }
    journal = nil
    let segment = SegmentNumber(value: 1)
    let count = try reader.length(of: segment)
    let path = folder.path + "/journal/\(segment).journal"
    for length in (0..<count).reversed() {
      #expect(truncate(path, length) == 0)
      let (texts, damage) = try recover(reader)
      let isFirstWhole = length >= count - Frame.headerLength - 6
      #expect(texts == (isFirstWhole ? ["first"] : []))
      let frames = [count - 25, count - 49, SegmentHeader.length]
      #expect(damage.isEmpty == frames.contains(length))
    }
  }

  @Test("A sync ends on the journal's thread and commits what was written before it")
  func machine() throws {
    let inbox = Inbox()
    let journal = try journal(
      JournalOptions(durability: .machine, segmentBytes: 300), hop: { inbox.put($0) })
    for index in 0..<50 {
      journal.append(text: "record \(index)")
      journal.commit(now: start)
    }
    while journal.committed < journal.appended {
      try #require(inbox.runNext())
      #expect(journal.health == .healthy)
    }
    #expect(journal.statistics.syncs >= journal.statistics.segments - 1)
    #expect(journal.statistics.longest.longestSync > .zero)
    #expect(try recover(reader).texts.count == 50)
  }

  @Test("Pruning removes files")
  func pruning() throws {
    let journal = try journal(
      JournalOptions(segmentBytes: 100, retention: .zero, retainedBytes: 0))
    journal.finishRecovery()
    for _ in 0..<4 {
      journal.append(text: String(repeating: "x", count: 100))
      journal.commit(now: start)
    }
    #expect(try reader.segments().count == 4)
    journal.prune(now: start)
    #expect(try reader.segments() == [journal.current])
  }

  @Test(
    "A file system that is full fails the journal; room that is made brings it back",
    .enabled(if: SmallFileSystem.isPossible, "needs the right to mount a tmpfs"))
  func fullFileSystem() throws {
    let small = try SmallFileSystem(at: folder.path + "/small", octets: 64 << 10)
    let directory = small.path + "/journal"
    let journal = try journal(in: directory)
    var written = 0
    while journal.health == .healthy, written < 1_000 {
      journal.append(text: String(repeating: "x", count: 1_000))
      journal.commit(now: start)
      written += 1
    }
    #expect(journal.health == .failing(noSpace, since: start))
    #expect(journal.committed == UInt64(written - 1))
    let (texts, damage) = try recover(FileDisk.reading(directory: directory))
    #expect(texts.count == written - 1 && damage.isEmpty)

    try small.grow(to: 256 << 10)
    journal.commit(now: start + .seconds(1))
    #expect(journal.health == .mustRebase)
    journal.rebase(now: start + .seconds(1)) { $0.append(text: "snapshot") }
    #expect(try recover(FileDisk.reading(directory: directory)).texts == ["snapshot"])
  }
}

/// What a journal's thread is handed, run by the test.
private final class Inbox: Sendable {
  private let waiting = Mutex<[@Sendable () -> Void]>([])
  private let signal = DispatchSemaphore(value: 0)

  func put(_ work: @escaping @Sendable () -> Void) {
    waiting.withLock { $0.append(work) }
    signal.signal()
  }

  /// False when nothing has come in ten seconds.
  func runNext() -> Bool {
    guard signal.wait(timeout: .now() + 10) == .success else { return false }
    waiting.withLock { $0.removeFirst() }()
    return true
  }
}
