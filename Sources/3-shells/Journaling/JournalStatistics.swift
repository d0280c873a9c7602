/// What a journal did since it was opened.
package struct JournalStatistics: Equatable, Sendable {
  /// Records of the owner that reached the disk, and the octets written for them.
  package var records = 0
  package var bytes = 0
  /// Appends to the disk, one a tick that had records.
  package var batches = 0
  package var syncs = 0
  /// How often the disk failed, retries included.
  package var faults = 0
  /// Records that were never written because the disk was failing.
  package var dropped = 0
  package var rebases = 0
  /// What the journal has on the disk, older processes' segments included.
  package var segments = 0
  package var retainedBytes = 0
  package var removedSegments = 0
  package var longest = DiskTimings()

  package init() {}
}
