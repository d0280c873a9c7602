import Dispatch
import Glibc
import Synchronization

/// Segments as files of a folder, `<number>.journal`.
///
/// Appends are written on the journal's thread; syncs, which take long, are done one after the
/// other on a queue of their own.
package final class FileDisk: JournalDisk {
  private let directory: String
  private let hop: @Sendable (@escaping @Sendable () -> Void) -> Void
  /// Held as long as the disk is; nil for readers.
  private let lock: SegmentFile?
  private let syncQueue = DispatchQueue(label: "journal.sync")
  /// The segment that was created last, and whether the folder is known to name it durably.
  private var current: (segment: SegmentNumber, file: SegmentFile, named: NamedDurably)?
  private var longestAppend: Int64 = 0
  private var longestSync: Int64 = 0

  /// Opens the folder for writing; makes it if it doesn't exist and its parent does.
  /// - Parameter hop: runs what it is given on the journal's thread.
  /// - Throws: `locked` when another process has it open for writing.
  package init(
    directory: String, hop: @escaping @Sendable (@escaping @Sendable () -> Void) -> Void
  ) throws(JournalFault) {
    if mkdir(directory, 0o700) != 0, errno != EEXIST {
      throw .system(call: "mkdir", code: errno)
    }
    let lock = try SegmentFile.open(directory + "/lock", O_RDWR | O_CREAT)
    try lock.lock()
    self.directory = directory
    self.hop = hop
    self.lock = lock
  }

  private init(reading directory: String) {
    self.directory = directory
    hop = { $0() }
    lock = nil
  }

  /// For tools: reads beside the process that writes, and writes nothing.
  package static func reading(directory: String) -> FileDisk {
    FileDisk(reading: directory)
  }

  // MARK: Reading

  package func segments() throws(JournalFault) -> [SegmentNumber] {
    try journalFileNames(in: directory).compactMap { name -> SegmentNumber? in
      guard name.hasSuffix(".journal"), name.utf8.count == 24,
        let value = UInt64(name.dropLast(8), radix: 16)
      else { return nil }
      let segment = SegmentNumber(value: value)
      return segment < .limit && Self.name(segment) == name ? segment : nil
    }.sorted()
  }

  package func length(of segment: SegmentNumber) throws(JournalFault) -> Int {
    try open(segment).length()
  }

  package func read(_ segment: SegmentNumber, limit: Int) throws(JournalFault) -> [UInt8] {
    try open(segment).read(limit: limit)
  }

  private func open(_ segment: SegmentNumber) throws(JournalFault) -> SegmentFile {
    do {
      return try SegmentFile.open(path(segment), O_RDONLY)
    } catch .system(_, ENOENT) {
      throw .missing(segment)
    }
  }

  // MARK: Writing

  package func create(_ segment: SegmentNumber) throws(JournalFault) {
    guard lock != nil else { throw .readOnly }
    do {
      let file = try SegmentFile.open(path(segment), O_WRONLY | O_APPEND | O_CREAT | O_EXCL)
      current = (segment, file, NamedDurably())
    } catch .system(_, EEXIST) {
      throw .exists(segment)
    }
  }

  package func append(_ bytes: [UInt8], to segment: SegmentNumber) throws(JournalFault) {
    let start = monotonicNanoseconds()
    defer { longestAppend = max(longestAppend, monotonicNanoseconds() - start) }
    try writable(segment).write(bytes)
  }

  package func truncate(_ segment: SegmentNumber, to length: Int) throws(JournalFault) {
    try writable(segment).truncate(to: length)
  }

  package func remove(_ segment: SegmentNumber) throws(JournalFault) {
    guard lock != nil else { throw .readOnly }
    guard unlink(path(segment)) == 0 else {
      throw errno == ENOENT ? .missing(segment) : .system(call: "unlink", code: errno)
    }
  }

  private func writable(_ segment: SegmentNumber) throws(JournalFault) -> SegmentFile {
    guard let current, current.segment == segment else { throw .missing(segment) }
    return current.file
  }

  // MARK: Syncs

  package func sync(_ segment: SegmentNumber, done: @escaping (JournalFault?) -> Void) {
    let answer = SyncAnswer { [weak self] fault, elapsed in
      if let self { longestSync = max(longestSync, elapsed) }
      done(fault)
    }
    guard let current, current.segment == segment else {
      return hop { answer.give(.missing(segment), after: 0) }
    }
    let (_, file, named) = current
    syncQueue.async { [hop, directory] in
      let start = monotonicNanoseconds()
      let fault = file.syncData() ?? named.ensure(in: directory)
      let elapsed = monotonicNanoseconds() - start
      hop { answer.give(fault, after: elapsed) }
    }
  }

  package func settle() throws(JournalFault) {
    guard lock != nil else { throw .readOnly }
    for segment in try segments() {
      if let fault = try open(segment).syncData() { throw fault }
    }
    if let fault = try SegmentFile.open(directory, O_RDONLY | O_DIRECTORY).sync() { throw fault }
  }

  package var timings: DiskTimings {
    var timings = DiskTimings()
    timings.longestAppend = .nanoseconds(longestAppend)
    timings.longestSync = .nanoseconds(longestSync)
    return timings
  }

  // MARK: Names

  private func path(_ segment: SegmentNumber) -> String {
    directory + "/" + Self.name(segment)
  }

  private static func name(_ segment: SegmentNumber) -> String {
    "\(segment).journal"
  }
}

/// Whether the folder's entry of a segment is durable, which a sync of the file leaves open.
private final class NamedDurably: Sendable {
  private let isDone = Mutex(false)

  func ensure(in directory: String) -> JournalFault? {
    isDone.withLock { isDone -> JournalFault? in
      guard !isDone else { return nil }
      do throws(JournalFault) {
        let fault = try SegmentFile.open(directory, O_RDONLY | O_DIRECTORY).sync()
        isDone = fault == nil
        return fault
      } catch {
        return error
      }
    }
  }
}

/// Carries the journal's callback through the sync queue.
///
/// Sendable without the compiler's check: it is made and called on the journal's thread, and the
/// queue only hands it on. Where it is released doesn't matter: what it holds, it holds weakly.
private final class SyncAnswer: @unchecked Sendable {
  private let body: (JournalFault?, Int64) -> Void

  init(_ body: @escaping (JournalFault?, Int64) -> Void) {
    self.body = body
  }

  func give(_ fault: JournalFault?, after elapsed: Int64) {
    body(fault, elapsed)
  }
}
