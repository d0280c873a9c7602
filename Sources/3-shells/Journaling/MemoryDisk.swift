/// A disk for tests and simulations: it remembers what was synced, forgets the rest when told to,
/// and fails when told to.
///
/// A sync ends when `completeSync` is called; `onSync` tells that one was asked for.
package final class MemoryDisk: JournalDisk {
  package enum Crash: Sendable {
    /// The process ends; the kernel keeps what was written.
    case process
    /// The machine ends; only what was synced is sure to be there.
    case machine
  }

  private struct Segment {
    var bytes: [UInt8] = []
    /// How many octets survive the machine; nil as long as not even the name does.
    var durable: Int?
  }

  private struct Sync {
    var segment: SegmentNumber
    var length: Int
    var done: (JournalFault?) -> Void
  }

  private var content: [SegmentNumber: Segment] = [:]
  private var syncs: [Sync] = []

  /// The next append fails after so many octets, once.
  package var tearNextAppend: Int?
  /// Every append, creation and truncation fails.
  package var writeFault: JournalFault?
  /// Only truncation fails.
  package var truncateFault: JournalFault?
  /// Octets that the disk holds in all; an append that goes beyond is cut there.
  package var capacity = Int.max
  /// Reading this segment fails as a broken sector does.
  package var unreadable: SegmentNumber?
  package var onSync: (() -> Void)?
  /// Called after each append that succeeded.
  package var onAppend: (() -> Void)?
  package private(set) var appends = 0
  /// What a simulation says that its disk took at most.
  package var timings = DiskTimings()

  package init() {}

  // MARK: The disk

  package func segments() throws(JournalFault) -> [SegmentNumber] {
    content.keys.sorted()
  }

  package func length(of segment: SegmentNumber) throws(JournalFault) -> Int {
    guard let count = content[segment]?.bytes.count else { throw .missing(segment) }
    return count
  }

  package func read(_ segment: SegmentNumber, limit: Int) throws(JournalFault) -> [UInt8] {
    if segment == unreadable {
      throw .system(call: "read", code: JournalFault.inputOutputError)
    }
    guard let bytes = content[segment]?.bytes else { throw .missing(segment) }
    return limit < bytes.count ? Array(bytes.prefix(limit)) : bytes
  }

  package func create(_ segment: SegmentNumber) throws(JournalFault) {
    if let writeFault { throw writeFault }
    guard content[segment] == nil else { throw .exists(segment) }
    content[segment] = Segment()
  }

  package func append(_ bytes: [UInt8], to segment: SegmentNumber) throws(JournalFault) {
    if let writeFault { throw writeFault }
    guard content[segment] != nil else { throw .missing(segment) }
    appends += 1
    let room = min(capacity - used, tearNextAppend ?? .max)
    content[segment]?.bytes.append(contentsOf: bytes.prefix(max(room, 0)))
    let torn = tearNextAppend.take() != nil
    if torn || room < bytes.count { throw .system(call: "write", code: JournalFault.noSpace) }
    onAppend?()
  }

  package func truncate(_ segment: SegmentNumber, to length: Int) throws(JournalFault) {
    if let fault = writeFault ?? truncateFault { throw fault }
    try cut(segment, to: length)
  }

  package func sync(_ segment: SegmentNumber, done: @escaping (JournalFault?) -> Void) {
    syncs.append(Sync(segment: segment, length: content[segment]?.bytes.count ?? 0, done: done))
    onSync?()
  }

  package func settle() throws(JournalFault) {
    if let writeFault { throw writeFault }
    content = content.mapValues { Segment(bytes: $0.bytes, durable: $0.bytes.count) }
  }

  package func remove(_ segment: SegmentNumber) throws(JournalFault) {
    guard content.removeValue(forKey: segment) != nil else { throw .missing(segment) }
  }

  // MARK: What the test does

  /// Another disk with the same content, synced as far, and no faults.
  package func copy() -> MemoryDisk {
    let copy = MemoryDisk()
    copy.content = content
    return copy
  }

  private var used: Int { content.values.reduce(0) { $0 + $1.bytes.count } }
  package var syncsUnderWay: Int { syncs.count }

  /// Ends the oldest sync, in success or with a fault.
  package func completeSync(_ fault: JournalFault? = nil) {
    guard !syncs.isEmpty else { return }
    let sync = syncs.removeFirst()
    if fault == nil, let durable = content[sync.segment].map({ $0.durable ?? 0 }) {
      content[sync.segment]?.durable = max(durable, sync.length)
    }
    sync.done(fault)
  }

  /// The journal's process or machine ends; whoever waits for a sync hears no more of it.
  /// - Parameter surviving: how many of so many octets that were never synced survive a crash of
  ///   the machine all the same.
  package func crash(_ crash: Crash, surviving: (Int) -> Int = { _ in 0 }) {
    syncs.removeAll()
    guard crash == .machine else { return }
    for segment in content.keys.sorted() {
      guard let found = content[segment] else { continue }
      let durable = found.durable ?? 0
      let unsynced = found.bytes.count - durable
      let kept = durable + max(0, min(surviving(unsynced), unsynced))
      if found.durable == nil, kept == 0 {
        content[segment] = nil
      } else {
        content[segment] = Segment(bytes: Array(found.bytes.prefix(kept)), durable: kept)
      }
    }
  }

  /// Changes an octet behind the journal's back.
  package func flip(_ segment: SegmentNumber, at offset: Int, _ bits: UInt8) {
    guard let count = content[segment]?.bytes.count, offset >= 0, offset < count else { return }
    content[segment]?.bytes[offset] ^= bits
  }

  /// Shortens a segment behind the journal's back.
  package func cut(_ segment: SegmentNumber, to length: Int) throws(JournalFault) {
    guard let found = content[segment] else { throw .missing(segment) }
    let bytes = Array(found.bytes.prefix(max(0, length)))
    content[segment] = Segment(
      bytes: bytes, durable: found.durable.map { min($0, bytes.count) })
  }
}
