import Machines

/// An append-only log in segments, confined to one thread.
///
/// Records gather in a batch; `commit` writes the batch at the end of the owner's tick. A record
/// is committed when it is as durable as `JournalOptions.durability` promises. When the disk
/// fails, nothing is promised: records are dropped, `isOpen` holds nobody back, and once a new
/// segment can be begun the owner writes all that counts with `rebase`.
package final class Journal {
  package enum Health: Equatable, Sendable {
    case healthy
    /// Records are dropped; a new segment is tried at most once a second.
    case failing(JournalFault, since: Instant)
    /// The disk is back, and what it holds lacks what was dropped: the owner calls `rebase`.
    case mustRebase
  }

  let disk: any JournalDisk
  let options: JournalOptions
  private let opening: [UInt8]
  private let version: UInt16

  package internal(set) var health = Health.healthy
  /// Records so far, those that were dropped and a mark for each rebase included.
  package internal(set) var appended: UInt64 = 0
  /// All records up to this one are as durable as promised.
  package internal(set) var committed: UInt64 = 0
  /// Called when `committed` advanced, or `health` turned, other than within a call of the owner's.
  package var onCommitted: (() -> Void)?

  /// Frames that wait for `commit`, all for `current`.
  var batch: [UInt8] = []
  var batchRecords = 0
  /// Where records go.
  package internal(set) var current: SegmentNumber
  /// The segment that was created last: `current`, or the one before it when `current` is not
  /// yet begun. `tailLength` is what it holds for sure.
  var tail: SegmentNumber
  var tailLength = 0
  /// All records up to this one were given to the disk.
  var written: UInt64 = 0
  var syncing = SyncProgress()
  var retryAt: Instant
  var lastNow: Instant
  var needs: SegmentNeeds
  var ledger: SegmentLedger
  var counters = JournalStatistics()

  /// Begins a new segment after what is there, which stays needed until `finishRecovery` or a
  /// rebase. A disk that takes none makes a journal that is failing from the start.
  /// - Parameters:
  ///   - opening: the payload of each segment's first record, whose key is `RecordKey.opening`.
  ///   - version: what `JournalRecord.version` will say of the records.
  package init(
    disk: any JournalDisk, options: JournalOptions, opening: [UInt8], version: UInt16, now: Instant
  ) throws(JournalFault) {
    self.disk = disk
    self.options = options
    self.opening = opening
    self.version = version
    // What a process that has ended wrote may be in the kernel alone. This process is about to act
    // on it, so it has to be as durable as what follows from it.
    var broken: JournalFault?
    if options.durability == .machine {
      do throws(JournalFault) { try disk.settle() } catch { broken = error }
    }
    ledger = try SegmentLedger(disk, now: now)
    current = ledger.last?.next ?? SegmentNumber(value: 1)
    tail = current
    let start = try JournalReader.recoveryStart(disk)
    needs = SegmentNeeds(oldest: start ?? current)
    retryAt = now
    lastNow = now
    batch.reserveCapacity(Self.batchCapacity)
    if broken == nil {
      do throws(JournalFault) {
        try begin(current, isRebase: false, now: now)
      } catch {
        broken = error
      }
    }
    // What is there can be read, which is enough to go on with.
    if let broken {
      counters.faults += 1
      health = .failing(broken, since: now)
    }
  }

  /// What the batch's buffer keeps when a larger batch has grown it.
  static let batchCapacity = 256 << 10

  /// Adds a record to the batch. `write` appends the payload to what it is given, touches nothing
  /// else there, and doesn't use the journal.
  /// - Returns: the segment that will hold the record, for `retain`.
  @discardableResult
  package func append(_ key: RecordKey, _ write: (inout [UInt8]) -> Void) -> SegmentNumber {
    precondition(key.kind < RecordKey.reserved)
    appended &+= 1
    guard case .healthy = health else {
      counters.dropped &+= 1
      return current
    }
    if batch.isEmpty, current == tail, tailLength >= options.segmentBytes { current = tail.next }
    Frame.append(key, to: &batch, write)
    batchRecords &+= 1
    return current
  }

  /// Whether what depends on the records up to this one may be done: they are committed, or the
  /// disk is failing and there is nothing to wait for.
  package func isOpen(upTo record: UInt64) -> Bool {
    record <= committed || health != .healthy
  }

  package var statistics: JournalStatistics {
    var statistics = counters
    statistics.segments = ledger.count
    statistics.retainedBytes = ledger.bytes
    statistics.longest = disk.timings
    return statistics
  }

  /// Creates the segment and writes its header and first record.
  func begin(
    _ segment: SegmentNumber, isRebase: Bool, now: Instant
  ) throws(JournalFault) {
    var start = SegmentHeader(
      version: version, isRebase: isRebase, number: segment,
      oldest: min(needs.oldest, segment), begun: now
    ).encode()
    Frame.append(.opening, to: &start) { $0.append(contentsOf: opening) }
    try disk.create(segment)
    do {
      try disk.append(start, to: segment)
    } catch {
      // An empty segment would do no harm, but each retry would leave one.
      try? disk.remove(segment)
      throw error
    }
    tail = segment
    tailLength = start.count
    counters.bytes += start.count
    ledger.add(segment, begun: now, bytes: start.count)
  }
}
