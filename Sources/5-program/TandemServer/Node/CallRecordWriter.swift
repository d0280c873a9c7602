import CallControl
import Foundation
import Logging
import Storage
import Synchronization

/// Writes call records down, and keeps at it while the store says no.
final class CallRecordWriter: Sendable {
  /// Beyond this a record goes to the log instead, in full: nothing is lost, nothing grows.
  private static let maximumKept = 100_000

  private let store: Store
  private let logger: Logger
  private let state = Mutex(State())

  private struct State {
    /// On their way to the store.
    var writing = 0
    /// Refused by it so far.
    var refused: [CallRecord] = []
    var count: Int { writing + refused.count }
  }

  init(store: Store, logger: Logger) {
    self.store = store
    self.logger = logger
  }

  var unwritten: Int { state.withLock { $0.count } }

  func save(_ record: CallRecord) {
    let hasRoom = state.withLock { state in
      guard state.count < Self.maximumKept else { return false }
      state.writing += 1
      return true
    }
    if hasRoom { write(record) } else { log(record) }
  }

  /// Tries some of those again that the store has refused. Called now and then.
  func retry() {
    let again = state.withLock { state in
      let some = Array(state.refused.prefix(500))
      state.refused.removeFirst(some.count)
      state.writing += some.count
      return some
    }
    for record in again { write(record) }
  }

  /// At the end: what the store has not taken goes to the log, in full.
  func logUnwritten() {
    let refused = state.withLock { state in
      defer { state.refused = [] }
      return state.refused
    }
    for record in refused { log(record) }
  }

  private func write(_ record: CallRecord) {
    store.save(record) { result in
      self.state.withLock { state in
        state.writing -= 1
        if case .failure = result { state.refused.append(record) }
      }
      if case .failure(let error) = result {
        self.logger.error(
          "a call record is not written yet",
          metadata: ["id": "\(record.id)", "error": "\(error)"])
      }
    }
  }

  private func log(_ record: CallRecord) {
    let text = (try? JSONEncoder().encode(record)).map { String(decoding: $0, as: UTF8.self) }
    logger.critical(
      "a call record goes to the log: the store does not take it",
      metadata: ["record": "\(text ?? record.id)"])
  }
}
