import Foundation
import GRDB
import Testing

@testable import Storage

@Suite("What has completed is kept")
struct DurabilityTests {
  let folder: TemporaryFolder
  let store: Store

  init() throws {
    folder = try TemporaryFolder()
    store = try Store(path: folder.file("a.db"))
  }

  @Test("Another connection sees a write before its completion runs")
  func committedBeforeCompletion() async throws {
    let other = try DatabaseQueue(path: folder.file("a.db"))
    let count = await withCheckedContinuation { continuation in
      store.saveBindings([.saved(.sample("alice"))]) { _ in
        let count = try? other.read {
          try Int.fetchOne($0, sql: "SELECT count(*) FROM bindings")
        }
        continuation.resume(returning: count)
      }
    }
    #expect(count == 1)
  }

  /// A killed process leaves its files as they are at that moment: the kernel has every page
  /// that was written, and nobody checkpoints or closes anything.
  @Test("The files as they lie at completion hold the write, as after kill -9")
  func filesAtCompletion() async throws {
    let crash = try TemporaryFolder()
    for index in 0..<20 { store.save(.sample("r\(index)"), completion: { _ in }) }
    let from = folder
    await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
      store.saveBindings([.saved(.sample("alice")), .saved(.sample("bob"))]) { _ in
        for suffix in ["", "-wal"] {
          try? FileManager.default.copyItem(
            atPath: from.file("a.db" + suffix), toPath: crash.file("a.db" + suffix))
        }
        continuation.resume()
      }
    }
    let survivor = try Store(path: crash.file("a.db"))
    #expect(try survivor.bindings(liveAt: 0) == [.sample("alice"), .sample("bob")])
    #expect(try survivor.callRecords().count == 20)
  }

  @Test("A write that was not completed may be lost, but never in halves")
  func tornLog() async throws {
    let crash = try TemporaryFolder()
    func fileBytes(_ name: String) throws -> Data {
      try Data(contentsOf: URL(fileURLWithPath: folder.file(name)))
    }
    let start = try fileBytes("a.db-wal").count
    try await store.saveBindingsAndWait([.saved(.sample("alice"))])
    try await store.saveBindingsAndWait([
      .removed(domain: "example.test", user: "alice", key: "sip:phone@192.0.2.1"),
      .saved(.sample("bob")), .saved(.sample("carol")),
    ])
    let log = try fileBytes("a.db-wal")
    let base = try fileBytes("a.db")
    var seen: Set<[String]> = []
    for cut in Array(stride(from: start, to: log.count, by: 1030)) + [log.count] {
      let path = crash.file("cut\(cut).db")
      try base.write(to: URL(fileURLWithPath: path))
      try log.prefix(cut).write(to: URL(fileURLWithPath: path + "-wal"))
      let users = try Store(path: path).bindings(liveAt: 0).map(\.user)
      #expect([[], ["alice"], ["bob", "carol"]].contains(users), "cut at \(cut)")
      seen.insert(users)
    }
    #expect(seen == [[], ["alice"], ["bob", "carol"]])
  }
}
