import Machines

@testable import Journaling

/// A journal on a memory disk, with a clock that the test moves.
final class JournalFixture {
  let disk: MemoryDisk
  let options: JournalOptions
  var now = Instant(nanoseconds: 1_000_000_000_000)
  private(set) var journal: Journal

  init(disk: MemoryDisk = MemoryDisk(), _ options: JournalOptions = JournalOptions()) throws {
    self.disk = disk
    self.options = options
    journal = try Self.open(disk, options, now)
  }

  private static func open(
    _ disk: MemoryDisk, _ options: JournalOptions, _ now: Instant
  ) throws -> Journal {
    try Journal(disk: disk, options: options, opening: Array("open".utf8), version: 3, now: now)
  }

  /// The next process begins a journal of its own on what the crash left.
  func restart(after crash: MemoryDisk.Crash, surviving: (Int) -> Int = { _ in 0 }) throws {
    disk.crash(crash, surviving: surviving)
    journal = try Self.open(disk, options, now)
  }

  /// A tick that appends these texts.
  @discardableResult
  func tick(_ texts: String...) -> SegmentNumber {
    for text in texts { journal.append(text: text) }
    journal.commit(now: now)
    return journal.current
  }

  func pass(_ duration: Duration) {
    now = now + duration
    journal.commit(now: now)
  }

  /// The texts that a process that starts now would find.
  var recovered: [String] {
    get throws { try recover(disk).texts }
  }
}

extension Journal {
  @discardableResult
  func append(text: String) -> SegmentNumber {
    append(RecordKey(kind: 1, high: 2, low: UInt64(text.utf8.count))) {
      $0.append(contentsOf: text.utf8)
    }
  }
}

/// What recovery hands over, the openings left out.
func recover(
  _ disk: any JournalDisk
) throws(JournalFault) -> (texts: [String], damage: JournalDamage) {
  var texts: [String] = []
  let damage = try JournalReader.recover(disk) { record in
    if record.key != .opening { texts.append(String(decoding: record.payload, as: UTF8.self)) }
  }
  return (texts, damage)
}

let noSpace = JournalFault.system(call: "write", code: JournalFault.noSpace)
let ioError = JournalFault.system(call: "fdatasync", code: JournalFault.inputOutputError)
