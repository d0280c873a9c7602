import Journaling
import Machines

/// The node's disk as one process of it uses it: what the process writes after its end counts for
/// nothing, and every append is a place where it can end.
final class ProcessDisk: JournalDisk {
  private unowned let node: SimulatedNode
  private let inner: MemoryDisk
  private let isSynced: Bool
  var isAlive = true
  var onAppend: () -> Void = {}
  /// What a disk that lies has not written yet.
  private var withheld: [(bytes: [UInt8], segment: SegmentNumber)] = []

  init(_ node: SimulatedNode, _ inner: MemoryDisk, durability: Durability) {
    self.node = node
    self.inner = inner
    isSynced = durability == .machine
  }

  private var ended: JournalFault { .system(call: "write", code: JournalFault.inputOutputError) }

  func segments() throws(JournalFault) -> [SegmentNumber] { try inner.segments() }

  func length(of segment: SegmentNumber) throws(JournalFault) -> Int {
    try inner.length(of: segment)
  }

  func read(_ segment: SegmentNumber, limit: Int) throws(JournalFault) -> [UInt8] {
    try inner.read(segment, limit: limit)
  }

  func create(_ segment: SegmentNumber) throws(JournalFault) {
    guard isAlive else { throw ended }
    writeWithheld()
    try inner.create(segment)
  }

  func append(_ bytes: [UInt8], to segment: SegmentNumber) throws(JournalFault) {
    guard isAlive else { throw ended }
    if node.mutation == .skipCommit, inner.writeFault == nil {
      withheld.append((bytes, segment))
      return onAppend()
    }
    try write(bytes, to: segment)
    onAppend()
  }

  private func write(_ bytes: [UInt8], to segment: SegmentNumber) throws(JournalFault) {
    do {
      try inner.append(bytes, to: segment)
    } catch {
      // A part may be there; the journal cuts it off, or leaves the segment.
      let length = (try? inner.length(of: segment)) ?? 0
      let part = length - node.written.length(of: segment)
      node.written.append(Array(bytes.prefix(max(0, part))), to: segment, isDurable: false)
      throw error
    }
    node.written.append(bytes, to: segment, isDurable: !isSynced)
  }

  /// The disk that lies writes at last.
  func writeWithheld() {
    let late = withheld
    withheld = []
    for item in late { try? write(item.bytes, to: item.segment) }
  }

  func truncate(_ segment: SegmentNumber, to length: Int) throws(JournalFault) {
    guard isAlive else { throw ended }
    try inner.truncate(segment, to: length)
    node.written.truncated(segment, to: length)
  }

  func sync(_ segment: SegmentNumber, done: @escaping (JournalFault?) -> Void) {
    guard isAlive else { return }
    let length = node.written.length(of: segment)
    inner.sync(segment) { [unowned node] fault in
      if fault == nil { node.written.synced(segment, upTo: length) }
      done(fault)
    }
  }

  func settle() throws(JournalFault) {
    guard isAlive else { throw ended }
    if node.failsSyncs { throw ended }
    // A machine that ends in good order leaves everything on its disk.
    inner.crash(.machine) { $0 }
  }

  func remove(_ segment: SegmentNumber) throws(JournalFault) {
    guard isAlive else { throw ended }
    try inner.remove(segment)
  }

  var timings: DiskTimings { inner.timings }
}
