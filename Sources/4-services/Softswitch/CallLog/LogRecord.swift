import CallControl
import Journaling

/// What a record of the node's log is about. The numbers are on disk and never change meaning.
package enum LogRecordKind: UInt8, Sendable {
  /// A step of a call: its cause and its events.
  case step = 1
  /// A whole call: what came before of it is not needed any more.
  case snapshot = 2
  /// The call is over and its records are in the database: nothing of it is needed any more.
  case closed = 3
  /// A process has begun to write.
  case started = 4
  /// The process was alive.
  case alive = 5
  /// The process has ended on purpose.
  case stopped = 6
}

extension RecordKey {
  package init(_ kind: LogRecordKind, _ call: CallID) {
    self.init(kind: kind.rawValue, high: call.shard.number, low: call.number)
  }

  /// A record that is about the process.
  package init(_ kind: LogRecordKind) {
    self.init(kind: kind.rawValue, high: 0, low: 0)
  }

  /// Nil for the journal's own records, and for those of a later program.
  package var recordKind: LogRecordKind? { LogRecordKind(rawValue: kind) }
  package var call: CallID { CallID(shard: Shard(high), number: low) }
}
