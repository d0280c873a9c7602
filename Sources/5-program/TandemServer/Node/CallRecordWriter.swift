import CallControl
import Foundation
import Logging
import Storage
import Synchronization

/// Writes call records down, and keeps at it while the store says no. The call log keeps a call
/// until its records are written, so that a crash meanwhile costs none.
final class CallRecordWriter: Sendable {
  /// Beyond this a call's records go to the program's log instead, in full: nothing is lost,
  /// nothing grows.
  private static let maximumKept = 100_000

  private let store: Store
  private let logger: Logger
  /// Told, on any thread, that `takeSaved` has something; not again before that is called.
  private let onSaved: @Sendable () -> Void
  private let state = Mutex(State())

  private struct Item: Sendable {
    let call: CallID
    let records: [CallRecord]
  }

  private struct State {
    /// On their way to the store.
    var writing = 0
    /// Refused by it so far.
    var refused: [Item] = []
    var saved: [CallID] = []
    var count: Int { writing + refused.count }
  }

  init(store: Store, logger: Logger, onSaved: @escaping @Sendable () -> Void) {
    self.store = store
    self.logger = logger
    self.onSaved = onSaved
  }

  /// Calls whose records are not written yet.
  var unwritten: Int { state.withLock { $0.count } }

  func save(_ records: [CallRecord], of call: CallID) {
    let item = Item(call: call, records: records)
    let hasRoom = state.withLock { state in
      guard state.count < Self.maximumKept else { return false }
      state.writing += 1
      return true
    }
    if hasRoom {
      write(item)
    } else {
      log(item)
      noteSaved(call)
    }
  }

  /// The calls whose records are safe since the last time.
  func takeSaved() -> [CallID] {
    state.withLock { state in
      defer { state.saved.removeAll(keepingCapacity: true) }
      return state.saved
    }
  }

  /// Tries some of those again that the store has refused. Called now and then.
  func retry() {
    let again = state.withLock { state in
      let some = Array(state.refused.prefix(500))
      state.refused.removeFirst(some.count)
      state.writing += some.count
      return some
    }
    for item in again { write(item) }
  }

  /// At the end: what the store has not taken goes to the program's log, in full.
  func logUnwritten() {
    let refused = state.withLock { state in
      defer { state.refused = [] }
      return state.refused
    }
    for item in refused { log(item) }
  }

  private func write(_ item: Item) {
    store.save(item.records) { result in
      self.state.withLock { state in
        state.writing -= 1
        if case .failure = result { state.refused.append(item) }
      }
      switch result {
      case .success: self.noteSaved(item.call)
      case .failure(let error):
        self.logger.error(
          "a call record is not written yet",
          metadata: ["call": "\(item.call)", "error": "\(error)"])
      }
    }
  }

  private func noteSaved(_ call: CallID) {
    let isFirst = state.withLock { state in
      state.saved.append(call)
      return state.saved.count == 1
    }
    if isFirst { onSaved() }
  }

  private func log(_ item: Item) {
    for record in item.records {
      let text = (try? JSONEncoder().encode(record)).map { String(decoding: $0, as: UTF8.self) }
      logger.critical(
        "a call record goes to the log: the store does not take it",
        metadata: ["record": "\(text ?? record.id)"])
    }
  }
}
