import Machines

/// What a journal has on the disk, oldest first.
struct SegmentLedger {
  private struct Entry {
    var segment: SegmentNumber
    var begun: Instant
    var bytes: Int
  }

  private var entries: [Entry] = []
  private(set) var bytes = 0

  /// Reads the header of each segment that is there. One that cannot be read ages from `now`.
  init(_ disk: any JournalDisk, now: Instant) throws(JournalFault) {
    for segment in try disk.segments() {
      let start = (try? disk.read(segment, limit: SegmentHeader.length)) ?? []
      let begun = try SegmentHeader(start, of: segment)?.begun ?? now
      add(segment, begun: begun, bytes: try disk.length(of: segment))
    }
  }

  var count: Int { entries.count }
  var last: SegmentNumber? { entries.last?.segment }

  mutating func add(_ segment: SegmentNumber, begun: Instant, bytes: Int) {
    entries.append(Entry(segment: segment, begun: begun, bytes: bytes))
    self.bytes += bytes
  }

  /// The last segment has grown.
  mutating func grow(by count: Int) {
    entries[entries.count - 1].bytes += count
    bytes += count
  }

  /// The oldest segment, if it lies before `needed` and is beyond the retention. Its age is that
  /// of its last record: of the beginning of the next segment.
  func removable(
    before needed: SegmentNumber, _ options: JournalOptions, now: Instant
  ) -> SegmentNumber? {
    guard entries.count > 1, entries[0].segment < needed else { return nil }
    let isOld = now - entries[1].begun > options.retention
    return isOld || bytes > options.retainedBytes ? entries[0].segment : nil
  }

  mutating func removeFirst() {
    bytes -= entries.removeFirst().bytes
  }
}
