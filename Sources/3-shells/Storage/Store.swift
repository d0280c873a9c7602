import GRDB

/// What a node keeps across restarts: subscribers, bindings, call detail records, secrets.
///
/// A write that has completed outlives the process, however the process ends: it is in the file
/// system's hands (SQLite's write-ahead log, `synchronous = NORMAL`). The last moments before a
/// power failure may be lost, unless `StoreOptions.isSynced`; the database stays whole.
package final class Store: Sendable {
  /// Called on the writer's queue after the commit, so it must be quick and must not call the
  /// store's blocking functions. Called at once on the caller's thread when the write is refused.
  package typealias Completion = @Sendable (Result<Void, StorageError>) -> Void

  package let path: String
  let pool: DatabasePool
  private let writer: GroupWriter

  /// Opens the database, makes it first where it is missing, and brings its schema up to date.
  ///
  /// - Parameter path: absolute; its folder is made too.
  package init(path: String, options: StoreOptions = StoreOptions()) throws(StorageError) {
    try DatabaseFile(path: path).prepare()
    var configuration = GRDB.Configuration()
    configuration.busyMode = .timeout(options.busyTimeout / .seconds(1))
    configuration.maximumReaderCount = options.readers
    configuration.label = "tandem.storage"
    do {
      pool = try DatabasePool(path: path, configuration: configuration)
      // On the one connection that writes, after the pool has chosen NORMAL for it.
      if options.isSynced {
        try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
      }
      try Store.migrate(pool, path: path)
    } catch {
      throw Store.openingError(error, path: path)
    }
    self.path = path
    writer = GroupWriter(database: pool, limit: options.pendingWrites)
  }

  package var metrics: StoreMetrics { writer.metrics }

  /// Completes the writes that wait, then closes. Later writes complete with `.closed`.
  ///
  /// Must not be called from a completion.
  package func close() {
    writer.close()
    // A reader that is still busy keeps its connection; the process is about to end anyway.
    try? pool.close()
  }

  func enqueue(
    _ write: @escaping @Sendable (Database) throws -> Void, completion: @escaping Completion
  ) {
    writer.enqueue(GroupWriter.Item(write: write, completion: completion))
  }

  func read<Value>(_ body: (Database) throws -> Value) throws(StorageError) -> Value {
    do { return try pool.read(body) } catch { throw StorageError(error) }
  }

  /// One transaction, on the caller's time. Waits for the group that is being committed.
  func write<Value>(_ body: (Database) throws -> Value) throws(StorageError) -> Value {
    do {
      return try pool.writeWithoutTransaction { database in
        var value: Value?
        try database.inTransaction(.immediate) {
          value = try body(database)
          return .commit
        }
        guard let value else { throw StorageError.failed("a transaction did not run") }
        return value
      }
    } catch {
      throw StorageError(error)
    }
  }

  // MARK: Opening

  /// A node and the command line may open a new database in the same moment; the one that comes
  /// second finds the tables there and has nothing left to do.
  private static func migrate(_ pool: DatabasePool, path: String) throws {
    let migrator = Schema.migrator
    if try pool.read(migrator.hasBeenSuperseded) { throw StorageError.newerSchema(path: path) }
    var attempts = 3
    while try !pool.read(migrator.hasCompletedMigrations) {
      attempts -= 1
      do { try migrator.migrate(pool) } catch  where attempts > 0 {}
    }
  }

  private static func openingError(_ error: any Error, path: String) -> StorageError {
    switch StorageError(error) {
    case .corrupt: .notADatabase(path: path)
    case .failed(let reason): .cannotOpen(path: path, reason: reason)
    case let other: other
    }
  }
}

/// How a store is to behave.
package struct StoreOptions: Equatable, Sendable {
  /// How many writes may wait for the database before further ones are refused.
  package var pendingWrites: Int
  /// How long to wait for another process that is writing.
  package var busyTimeout: Duration
  /// How many threads can read at the same time.
  package var readers: Int
  /// A write that has completed outlives the machine too (`synchronous = FULL`).
  package var isSynced: Bool

  package init(
    pendingWrites: Int = 10_000, busyTimeout: Duration = .seconds(5), readers: Int = 4,
    isSynced: Bool = false
  ) {
    self.pendingWrites = pendingWrites
    self.busyTimeout = busyTimeout
    self.readers = readers
    self.isSynced = isSynced
  }
}
