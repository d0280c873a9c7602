/// Whose record it is. To the journal these are numbers; the owner gives them a meaning.
package struct RecordKey: Hashable, Sendable {
  /// What the record is, by the owner's numbering, below `RecordKey.reserved`.
  package var kind: UInt8
  /// With `low`, what the record belongs to: a call, for example.
  package var high: UInt16
  package var low: UInt64

  package init(kind: UInt8, high: UInt16, low: UInt64) {
    self.kind = kind
    self.high = high
    self.low = low
  }

  /// Kinds from here on are the journal's own.
  package static let reserved: UInt8 = 0xF0

  /// The first record of each segment, whose payload is the owner's.
  package static let opening = RecordKey(kind: 0xF0, high: 0, low: 0)
  /// Ends a rebase, which counts only with it.
  static let rebaseEnd = RecordKey(kind: 0xF1, high: 0, low: 0)
}
