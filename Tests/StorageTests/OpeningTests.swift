import Foundation
import GRDB
import Testing

@testable import Storage

@Suite("Opening the database")
struct OpeningTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func mode(_ path: String) throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    return try #require(attributes[.posixPermissions] as? Int)
  }

  @Test("Missing folders are made, and all is for the owner's eyes alone")
  func makesFolders() async throws {
    let path = folder.file("deep/er/a.db")
    let store = try Store(path: path)
    try await store.saveAndWait(.sample("r"))
    #expect(try mode(folder.file("deep")) == 0o700)
    #expect(try mode(folder.file("deep/er")) == 0o700)
    for suffix in ["", "-wal", "-shm"] { #expect(try mode(path + suffix) == 0o600) }
  }

  @Test("A database keeps the mode that its owner gave it")
  func keepsMode() throws {
    let path = folder.file("a.db")
    try Store(path: path).close()
    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
    try Store(path: path).close()
    #expect(try mode(path) == 0o640)
  }

  @Test("The journal is a write-ahead log, synced at checkpoints")
  func pragmas() async throws {
    let store = try Store(path: folder.file("a.db"))
    let found = try await store.pool.write { database in
      try ["journal_mode", "synchronous", "foreign_keys"].map {
        try String.fetchOne(database, sql: "PRAGMA \($0)")
      }
    }
    #expect(found == ["wal", "1", "1"])
  }

  @Test("A store that is to outlive the machine syncs each commit")
  func synced() throws {
    let store = try Store(path: folder.file("synced.db"), options: StoreOptions(isSynced: true))
    let mode = try store.pool.writeWithoutTransaction {
      try Int.fetchOne($0, sql: "PRAGMA synchronous")
    }
    #expect(mode == 2, "FULL")
  }

  @Test("Bindings of an older database keep their contact as their key")
  func olderBindings() throws {
    let path = folder.file("old.db")
    let old = try DatabaseQueue(path: path)
    try Schema.migrator.migrate(old, upTo: "settings")
    try old.write {
      try $0.execute(
        sql: """
          INSERT INTO bindings VALUES ('example.test', 'alice', 'sip:phone@192.0.2.1', 0.5, 1000,
            'c1', 4294967295, 'udp', '192.0.2.1:5060', 'udp:127.0.0.1:5060', 'phone/1',
            '<urn:uuid:1>', NULL, 7)
          """)
    }
    try old.close()
    let store = try Store(path: path)
    #expect(try store.bindings(liveAt: 0) == [.sample("alice")])
    #expect(try store.bindings(liveAt: 0).map(\.key) == ["sip:phone@192.0.2.1"])
  }

  @Test("A relative path is refused")
  func relative() {
    #expect(
      throws: StorageError.cannotOpen(path: "a.db", reason: "the path does not begin with /")
    ) { try Store(path: "a.db") }
  }

  @Test("A path that cannot be is refused with the system's reason")
  func impossible() throws {
    try Data("x".utf8).write(to: URL(fileURLWithPath: folder.file("plain")))
    let below = folder.file("plain/a.db")
    #expect(
      throws: StorageError.cannotOpen(path: below, reason: "Not a directory")
    ) { try Store(path: below) }
    #expect {
      try Store(path: "/proc/tandem/a.db")
    } throws: { error in
      "\(error)".hasPrefix("the database /proc/tandem/a.db cannot be opened: its folder cannot")
    }
    #expect(throws: StorageError.self) { try Store(path: folder.path) }
  }

  @Test("A read-only folder is named as the reason", .enabled(if: getuid() != 0))
  func readOnly() throws {
    try Store(path: folder.file("a.db")).close()
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o500], ofItemAtPath: folder.path)
    defer {
      try? FileManager.default.setAttributes(
        [.posixPermissions: 0o700], ofItemAtPath: folder.path)
    }
    #expect(
      throws: StorageError.cannotOpen(
        path: folder.file("a.db"), reason: "its folder cannot be written (Permission denied)")
    ) { try Store(path: folder.file("a.db")) }
  }

  @Test("A file that is something else is not touched")
  func notADatabase() throws {
    let path = folder.file("letter.txt")
    let text = Data(String(repeating: "Dear operator, ", count: 1000).utf8)
    try text.write(to: URL(fileURLWithPath: path))
    #expect(throws: StorageError.notADatabase(path: path)) { try Store(path: path) }
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == text)
  }

  @Test("A damaged page is reported as damage, not as a missing subscriber")
  func damaged() throws {
    let path = folder.file("a.db")
    let store = try Store(path: path)
    for index in 0..<500 { try store.addSubscriber(.sample("user\(index)")) }
    store.close()
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    for offset in 8192..<bytes.count { bytes[offset] = 0xA5 }
    try bytes.write(to: URL(fileURLWithPath: path))
    #expect {
      try Store(path: path).subscribers()
    } throws: { error in
      switch error as? StorageError {
      case .corrupt, .notADatabase: true
      default: false
      }
    }
  }

  @Test("A database of a newer version is left alone")
  func newerSchema() async throws {
    let path = folder.file("a.db")
    let store = try Store(path: path)
    try await store.pool.write {
      try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('from the future')")
    }
    store.close()
    #expect(throws: StorageError.newerSchema(path: path)) { try Store(path: path) }
  }

  @Test("Several processes may make the database at the same moment")
  func race() async throws {
    let path = folder.file("a.db")
    try await withThrowingTaskGroup(of: Void.self) { group in
      for index in 0..<6 {
        group.addTask { try Store(path: path).addSubscriber(.sample("user\(index)")) }
      }
      try await group.waitForAll()
    }
    #expect(try Store(path: path).subscribers().count == 6)
  }
}
