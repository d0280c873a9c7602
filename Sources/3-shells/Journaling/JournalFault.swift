/// Why the journal, or the disk below it, could not do what it was asked for.
package enum JournalFault: Error, Hashable, Sendable {
  /// Another process writes to this journal.
  case locked(by: Int32?)
  /// A system call failed.
  case system(call: String, code: Int32)
  /// A sync took longer than `JournalOptions.patience`.
  case stalled
  case missing(SegmentNumber)
  case exists(SegmentNumber)
  /// The disk was opened for reading only.
  case readOnly
  /// A segment whose format this program is too old to read.
  case unknownFormat(SegmentNumber, UInt16)
}

extension JournalFault {
  /// EIO of Linux, which a memory disk must be able to say too.
  package static let inputOutputError: Int32 = 5
  /// ENOSPC of Linux.
  package static let noSpace: Int32 = 28
}
