/// What could not be read of a journal, and where.
package struct JournalDamage: Equatable, Sendable {
  package enum Reason: Equatable, Sendable {
    /// The segment's header is not there or is damaged.
    case header
    /// The segment ends within a frame: the mark of a write that was cut off.
    case cut
    /// A frame's octets are not those that were written.
    case checksum
    /// A rebase whose end never reached the disk: it does not count.
    case unfinishedRebase
    /// The disk did not give the segment.
    case unreadable(JournalFault)
  }

  package struct Place: Equatable, Sendable {
    package var segment: SegmentNumber
    /// Where the first octet that was not used lies, and how many follow, itself included.
    package var offset: Int
    package var bytes: Int
    package var reason: Reason
    /// Whether this is the end of the last segment, where a crash leaves what it interrupted.
    package var isTail: Bool
  }

  /// At most one a segment, ascending.
  package internal(set) var places: [Place] = []

  package var isEmpty: Bool { places.isEmpty }
}
