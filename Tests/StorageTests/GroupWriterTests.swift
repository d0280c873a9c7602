import CallControl
import Dispatch
import GRDB
import Synchronization
import Testing

@testable import Storage

@Suite("Group commit")
struct GroupWriterTests {
  let folder: TemporaryFolder
  let store: Store

  init() throws {
    folder = try TemporaryFolder()
    store = try Store(
      path: folder.file("a.db"),
      options: StoreOptions(pendingWrites: 20, busyTimeout: .milliseconds(50)))
  }

  /// Keeps the writer busy until the returned function is called.
  private func occupyWriter() -> () -> Void {
    let started = DispatchSemaphore(value: 0)
    let gate = DispatchSemaphore(value: 0)
    store.enqueue { _ in
      started.signal()
      gate.wait()
    } completion: { _ in
    }
    started.wait()
    return { gate.signal() }
  }

  @Test("What gathers during a commit shares the next one")
  func groups() async throws {
    let release = occupyWriter()
    for index in 1..<20 { store.save(.sample("r\(index)"), completion: { _ in }) }
    #expect(store.metrics.queued == 19)
    #expect(try store.callRecords().isEmpty)
    async let last: Void = store.saveAndWait(.sample("last"))
    while store.metrics.queued < 20 { await Task.yield() }
    release()
    try await last
    #expect(
      store.metrics
        == StoreMetrics(queued: 0, written: 21, groups: 2, largestGroup: 20, failed: 0))
  }

  @Test("Over its limit the queue refuses at once, and what waits is still written")
  func overload() async throws {
    let release = occupyWriter()
    for index in 0..<20 { store.save(.sample("r\(index)"), completion: { _ in }) }
    let refusal = Mutex<Result<Void, StorageError>?>(nil)
    store.save(.sample("too many")) { result in refusal.withLock { $0 = result } }
    #expect(throws: StorageError.overloaded) { try refusal.withLock { $0 }?.get() }
    #expect(store.metrics.refused == 1)
    release()
    store.close()
    #expect(store.metrics.written == 21)
    let reopened = try Store(path: folder.file("a.db"))
    #expect(try reopened.callRecords().count == 20)
  }

  @Test("One bad write does not fail the others of its group, and leaves nothing behind")
  func isolation() async throws {
    let release = occupyWriter()
    let failure = Mutex<Result<Void, StorageError>?>(nil)
    store.save(.sample("before"), completion: { _ in })
    store.enqueue { database in
      try database.execute(sql: "INSERT INTO settings VALUES ('half', x'00')")
      try database.execute(sql: "INSERT INTO settings VALUES ('half', x'00')")
    } completion: { result in
      failure.withLock { $0 = result }
    }
    async let after: Void = store.saveAndWait(.sample("after"))
    while store.metrics.queued < 3 { await Task.yield() }
    release()
    try await after
    #expect(try Set(store.callRecords().map(\.id)) == ["before", "after"])
    #expect(try store.secret("half") { [1] } == [1])
    guard case .failure(.failed(let reason)) = failure.withLock({ $0 }) else {
      Issue.record("the bad write succeeded")
      return
    }
    #expect(reason.contains("UNIQUE"))
    #expect(store.metrics.failed == 1 && store.metrics.written == 3)
  }

  @Test("Writes complete in the order in which they came")
  func order() async throws {
    let seen = Mutex<[Int]>([])
    for index in 0..<15 {
      store.save(.sample("r\(index)")) { _ in seen.withLock { $0.append(index) } }
    }
    try await store.saveAndWait(.sample("last"))
    #expect(seen.withLock { $0 } == Array(0..<15))
  }

  @Test("A completion may queue a further write")
  func reentrancy() async throws {
    let second = await withCheckedContinuation { continuation in
      store.save(.sample("first")) { _ in
        store.save(.sample("second")) { continuation.resume(returning: $0) }
      }
    }
    try second.get()
    #expect(try store.callRecords().count == 2)
  }

  @Test("A full disk fails the write and says so; the store goes on when there is room")
  func fullDisk() async throws {
    let pages = try await store.pool.write { database in
      let pages = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
      try database.execute(sql: "PRAGMA max_page_count = \(pages)")
      return pages
    }
    var record = CallRecord.sample("big")
    record.note = String(repeating: "x", count: 100_000)
    let big = record
    let result = await store.finish { $0.save(big, completion: $1) }
    #expect(throws: StorageError.diskFull) { try result.get() }

    let release = occupyWriter()
    async let failing = store.finish { $0.save(big, completion: $1) }
    async let fitting = store.finish { $0.saveBindings([], completion: $1) }
    while store.metrics.queued < 2 { await Task.yield() }
    release()
    let (bad, _) = await (failing, fitting)
    #expect(throws: StorageError.diskFull) { try bad.get() }

    try await store.pool.write {
      try $0.execute(sql: "PRAGMA max_page_count = \(pages + 1000)")
    }
    try await store.saveAndWait(big)
  }

  @Test("A database that another process keeps locked is named as such")
  func locked() async throws {
    var unsafe = GRDB.Configuration()
    unsafe.allowsUnsafeTransactions = true
    let other = try DatabaseQueue(path: folder.file("a.db"), configuration: unsafe)
    try await other.writeWithoutTransaction { database in
      try database.execute(sql: "BEGIN IMMEDIATE")
    }
    let result = await store.finish { $0.save(.sample("r"), completion: $1) }
    #expect(throws: StorageError.locked) { try result.get() }
    #expect(throws: StorageError.locked) { try store.addSubscriber(.sample("alice")) }
    try await other.writeWithoutTransaction { try $0.execute(sql: "COMMIT") }
    try await store.saveAndWait(.sample("r"))
  }

  @Test("Closing writes what waits; afterwards nothing is taken")
  func close() async throws {
    let release = occupyWriter()
    for index in 0..<10 { store.save(.sample("r\(index)"), completion: { _ in }) }
    release()
    store.close()
    let late = await store.finish { $0.save(.sample("late"), completion: $1) }
    #expect(throws: StorageError.closed) { try late.get() }
    #expect(throws: StorageError.closed) { try store.callRecords() }
    #expect(throws: StorageError.closed) { try store.addSubscriber(.sample("alice")) }
    let reopened = try Store(path: folder.file("a.db"))
    #expect(try reopened.callRecords().count == 10)
  }
}
