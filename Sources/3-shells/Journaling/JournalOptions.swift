/// What a committed record survives.
package enum Durability: String, Hashable, Sendable, CaseIterable {
  /// The end of the process, kill -9 too: the kernel has the record.
  case process
  /// The end of the machine, a power loss too: the disk says that it has the record.
  case machine
}

package struct JournalOptions: Equatable, Sendable {
  package var durability: Durability
  /// A segment that has reached this many octets is followed by a new one.
  package var segmentBytes: Int
  /// Segments that nobody needs are kept this long, for tracing.
  package var retention: Duration
  /// Segments that nobody needs are removed, oldest first, when all together are larger.
  package var retainedBytes: Int
  /// A sync that takes longer is taken for a failing disk.
  package var patience: Duration

  package init(
    durability: Durability = .process, segmentBytes: Int = 16 << 20,
    retention: Duration = .seconds(24 * 3600), retainedBytes: Int = 1 << 30,
    patience: Duration = .seconds(2)
  ) {
    self.durability = durability
    self.segmentBytes = segmentBytes
    self.retention = retention
    self.retainedBytes = retainedBytes
    self.patience = patience
  }
}
