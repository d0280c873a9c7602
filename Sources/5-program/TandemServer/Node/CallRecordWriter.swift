import CallControl
import Foundation
import Logging
import Storage
import Synchronization

/// Writes call records down, and keeps at it while the store says no.
///
/// The call log keeps a call until its records are written, so that a crash meanwhile costs none
/// and nobody waits for them: they gather for a moment and share a transaction.
final class CallRecordWriter: Sendable {
  /// Beyond this a call's records go to the program's log instead, in full: nothing is lost,
  /// nothing grows.
  private static let maximumKept = 100_000

  private let store: Store
  private let logger: Logger
  /// The calls whose records are safe.
  private let saved: Mailbox<CallID>
  private let state = Mutex(State())

  private struct Item: Sendable {
    let call: CallID
    let records: [CallRecord]
  }

  private struct State {
    /// Not given to the store yet.
    var gathered: [Item] = []
    /// On their way to the store.
    var writing = 0
    /// Refused by it so far.
    var refused: [Item] = []
    /// The store's refusal has been told, and not been over since.
    var isComplaining = false
    var count: Int { gathered.count + writing + refused.count }
  }

  init(store: Store, logger: Logger, saved: Mailbox<CallID>) {
    self.store = store
    self.logger = logger
    self.saved = saved
  }

  /// Calls whose records are not written yet.
  var unwritten: Int { state.withLock { $0.count } }

  /// - Returns: whether these are the first that gather: `flush` is to be called in a moment.
  func save(_ records: [CallRecord], of call: CallID) -> Bool {
    let item = Item(call: call, records: records)
    let count: Int? = state.withLock { state in
      guard state.count < Self.maximumKept else { return nil }
      state.gathered.append(item)
      return state.gathered.count
    }
    guard let count else {
      log(item)
      saved.put(call)
      return false
    }
    return count == 1
  }

  /// Gives what has gathered to the store, in one transaction.
  func flush() {
    let items = state.withLock { state in
      defer { state.gathered = [] }
      state.writing += state.gathered.count
      return state.gathered
    }
    guard !items.isEmpty else { return }
    store.save(items.flatMap(\.records)) { result in
      switch result {
      case .success:
        self.state.withLock { $0.writing -= items.count }
        self.saved.put(items.map(\.call))
      case .failure:
        // One of them may be what the store does not take.
        for item in items { self.write(item) }
      }
    }
  }

  /// Tries some of those again that the store has refused. Called now and then.
  func retry() {
    let again = state.withLock { state in
      if state.refused.isEmpty { state.isComplaining = false }
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
      let isFirst = self.state.withLock { state in
        state.writing -= 1
        guard case .failure = result else { return false }
        state.refused.append(item)
        defer { state.isComplaining = true }
        return !state.isComplaining
      }
      switch result {
      case .success: self.saved.put(item.call)
      case .failure(let error) where isFirst:
        // Once: a store that says no says so for each of them.
        self.logger.error(
          "call records are not written yet, and tried again",
          metadata: ["call": "\(item.call)", "error": "\(error)"])
      case .failure: break
      }
    }
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
