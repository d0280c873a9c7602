/// What the store's writer has done since it was opened.
package struct StoreMetrics: Equatable, Sendable {
  /// Writes that wait at this moment.
  package var queued = 0
  /// Writes that were committed.
  package var written = 0
  /// Transactions that committed them.
  package var groups = 0
  /// The most writes that one transaction was given.
  package var largestGroup = 0
  /// Writes that were tried and failed.
  package var failed = 0
  /// Writes that were refused because too many were waiting.
  package var refused = 0
}

/// How much the database holds.
package struct StoreCounts: Equatable, Sendable {
  package var subscribers: Int
  /// Bindings that have not expired.
  package var bindings: Int
  package var callRecords: Int
}
