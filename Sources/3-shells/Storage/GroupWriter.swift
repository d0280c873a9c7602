import Dispatch
import GRDB
import Synchronization

/// Writes in groups: whatever gathered while one transaction ran becomes the next one, so that
/// a lone write waits for nobody and a thousand share one commit.
final class GroupWriter: Sendable {
  struct Item: Sendable {
    let write: @Sendable (Database) throws -> Void
    let completion: Store.Completion
  }

  private struct State {
    var waiting: [Item] = []
    var isDraining = false
    var isClosed = false
    var metrics = StoreMetrics()
  }

  private let database: any DatabaseWriter
  private let limit: Int
  private let state = Mutex(State())
  private let queue = DispatchQueue(label: "tandem.storage.writer", qos: .userInitiated)

  init(database: any DatabaseWriter, limit: Int) {
    self.database = database
    self.limit = limit
  }

  var metrics: StoreMetrics {
    state.withLock { state in
      var metrics = state.metrics
      metrics.queued = state.waiting.count
      return metrics
    }
  }

  /// Never blocks. A write that is refused completes at once, on the caller's thread.
  func enqueue(_ item: Item) {
    let (refusal, mustStart): (StorageError?, Bool) = state.withLock { state in
      if state.isClosed { return (.closed, false) }
      if state.waiting.count >= limit {
        state.metrics.refused += 1
        return (.overloaded, false)
      }
      state.waiting.append(item)
      defer { state.isDraining = true }
      return (nil, !state.isDraining)
    }
    if let refusal { return item.completion(.failure(refusal)) }
    if mustStart { queue.async { self.drain() } }
  }

  /// Refuses what comes from now on and returns when all that came before has completed.
  func close() {
    dispatchPrecondition(condition: .notOnQueue(queue))
    state.withLock { $0.isClosed = true }
    queue.sync {}
  }

  // MARK: On the queue

  private func drain() {
    while let group = nextGroup() {
      let results = commit(group)
      account(for: results)
      for (item, result) in zip(group, results) { item.completion(result) }
    }
  }

  private func nextGroup() -> [Item]? {
    state.withLock { state in
      if state.waiting.isEmpty {
        state.isDraining = false
        return nil
      }
      defer { state.waiting = [] }
      return state.waiting
    }
  }

  private func account(for results: [Result<Void, StorageError>]) {
    let written = results.count { if case .success = $0 { true } else { false } }
    state.withLock { state in
      state.metrics.written += written
      state.metrics.failed += results.count - written
      if written > 0 { state.metrics.groups += 1 }
      state.metrics.largestGroup = max(state.metrics.largestGroup, results.count)
    }
  }

  /// Nearly always every write of a group is good, so the first attempt spends nothing on
  /// keeping them apart. When one fails, the group is written again with a savepoint for each.
  private func commit(_ group: [Item]) -> [Result<Void, StorageError>] {
    var itemFailed = false
    do {
      try inTransaction { database in
        for item in group {
          do { try item.write(database) } catch {
            itemFailed = true
            throw error
          }
        }
      }
      return group.map { _ in .success(()) }
    } catch {
      guard itemFailed, group.count > 1 else {
        return group.map { _ in .failure(StorageError(error)) }
      }
      return commitApart(group)
    }
  }

  private func commitApart(_ group: [Item]) -> [Result<Void, StorageError>] {
    var results: [Result<Void, StorageError>] = []
    do {
      try inTransaction { database in
        for item in group {
          do {
            try database.inSavepoint {
              try item.write(database)
              return .commit
            }
            results.append(.success(()))
          } catch  where database.isInsideTransaction {
            // SQLite itself rolls the whole transaction back for some errors (a full disk);
            // then nothing of the group is left to commit, and the error leaves this loop.
            results.append(.failure(StorageError(error)))
          }
        }
      }
      return results
    } catch {
      return group.map { _ in .failure(StorageError(error)) }
    }
  }

  private func inTransaction(_ body: (Database) throws -> Void) throws {
    try database.writeWithoutTransaction { database in
      // Immediate: a transaction that starts by reading could not wait for another process.
      try database.inTransaction(.immediate) {
        try body(database)
        return .commit
      }
    }
  }
}
