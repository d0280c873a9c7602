import Glibc
import Journaling

/// What the disk holds, so that it can be asked whether a message is in it.
struct WrittenBytes {
  private struct Chunk {
    let segment: SegmentNumber
    /// Where the chunk ends in its segment.
    let end: Int
    let bytes: [UInt8]
    var isDurable: Bool
  }

  private var chunks: [Chunk] = []
  private var lengths: [SegmentNumber: Int] = [:]
  /// Messages that were found before: what is durable stays so.
  private var found: Set<[UInt8]> = []

  mutating func append(_ bytes: [UInt8], to segment: SegmentNumber, isDurable: Bool) {
    let end = lengths[segment, default: 0] + bytes.count
    lengths[segment] = end
    chunks.append(Chunk(segment: segment, end: end, bytes: bytes, isDurable: isDurable))
  }

  mutating func synced(_ segment: SegmentNumber, upTo length: Int) {
    for index in chunks.indices where chunks[index].segment == segment {
      if chunks[index].end <= length { chunks[index].isDurable = true }
    }
  }

  func length(of segment: SegmentNumber) -> Int { lengths[segment, default: 0] }

  /// After a crash the disk holds this and nothing else. `found` stays: that was promised.
  mutating func reset(to disk: MemoryDisk, forgetting: Bool) {
    chunks = []
    lengths = [:]
    if forgetting { found = [] }
    for segment in (try? disk.segments()) ?? [] {
      guard let bytes = try? disk.read(segment, limit: .max) else { continue }
      append(bytes, to: segment, isDurable: true)
    }
  }

  mutating func truncated(_ segment: SegmentNumber, to length: Int) {
    chunks.removeAll { $0.segment == segment && $0.end > length }
    lengths[segment] = length
  }

  /// Whether a message is durable in the log. The newest is looked at first: most messages leave
  /// right after they were written down.
  mutating func holds(_ message: [UInt8]) -> Bool {
    if found.contains(message) { return true }
    guard chunks.reversed().contains(where: { $0.isDurable && isPart(message, of: $0.bytes) })
    else { return false }
    found.insert(message)
    return true
  }
}

private func isPart(_ part: [UInt8], of whole: [UInt8]) -> Bool {
  guard let first = part.first, part.count <= whole.count else { return false }
  return whole.withUnsafeBytes { haystack in
    part.withUnsafeBytes { needle in
      guard var place = haystack.baseAddress, let needle = needle.baseAddress else { return false }
      let end = place + haystack.count - part.count + 1
      while place < end, let found = memchr(place, Int32(first), end - place) {
        if memcmp(found, needle, part.count) == 0 { return true }
        place = UnsafeRawPointer(found) + 1
      }
      return false
    }
  }
}
