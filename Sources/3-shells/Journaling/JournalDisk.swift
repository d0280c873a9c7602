/// Where segments live: in production files, in a simulation memory that forgets what was not
/// synced.
///
/// A disk belongs to one journal and is used on that journal's thread alone.
package protocol JournalDisk: AnyObject {
  /// What is there, ascending.
  func segments() throws(JournalFault) -> [SegmentNumber]
  /// The segment's length in octets.
  func length(of segment: SegmentNumber) throws(JournalFault) -> Int
  /// The segment's first `limit` octets, or all when it is shorter.
  func read(_ segment: SegmentNumber, limit: Int) throws(JournalFault) -> [UInt8]

  /// Makes an empty segment, to which everything is appended from now on. Fails if it exists.
  func create(_ segment: SegmentNumber) throws(JournalFault)
  /// Writes all of the octets at the end of the segment that was created last. After a fault any
  /// part of them may be there.
  func append(_ bytes: [UInt8], to segment: SegmentNumber) throws(JournalFault)
  /// Cuts the segment that was created last.
  func truncate(_ segment: SegmentNumber, to length: Int) throws(JournalFault)
  /// Starts to make durable what was written to the segment that was created last, and that it
  /// exists. `done` is called on the journal's thread, never before `sync` has returned, and in
  /// the order in which syncs were asked for.
  func sync(_ segment: SegmentNumber, done: @escaping (JournalFault?) -> Void)
  /// Makes durable all that an earlier user of the disk left behind, and waits until it is.
  func settle() throws(JournalFault)
  func remove(_ segment: SegmentNumber) throws(JournalFault)

  var timings: DiskTimings { get }
}

/// The longest that a disk has taken so far.
package struct DiskTimings: Equatable, Sendable {
  package var longestAppend: Duration = .zero
  package var longestSync: Duration = .zero

  package init() {}
}
