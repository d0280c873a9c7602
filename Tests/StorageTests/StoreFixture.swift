import Addressing
import CallControl
import Foundation
import Synchronization

@testable import Storage

/// A folder for one test's database, gone with the test.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "tandem-storage-\(UUID().uuidString)"
    try FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { path + "/" + name }
}

extension Store {
  /// Queues a write and waits for its completion.
  func finish(
    _ write: (Store, @escaping Store.Completion) -> Void
  ) async -> Result<Void, StorageError> {
    await withCheckedContinuation { continuation in
      write(self) { continuation.resume(returning: $0) }
    }
  }

  func saveBindingsAndWait(_ changes: [BindingChange]) async throws {
    try await finish { $0.saveBindings(changes, completion: $1) }.get()
  }

  func saveAndWait(_ record: CallRecord) async throws {
    try await finish { $0.save(record, completion: $1) }.get()
  }
}

extension SubscriberRecord {
  static func sample(_ user: String, number: String? = nil) -> SubscriberRecord {
    SubscriberRecord(
      domain: "example.test", user: user, number: number,
      hashes: PasswordHashes(md5: "0123", sha256: "4567", sha512_256: "89ab"), created: 1)
  }
}

extension BindingRecord {
  static func sample(
    _ user: String, contact: String = "sip:phone@192.0.2.1", expiresAt: Int64 = 1000
  ) -> BindingRecord {
    BindingRecord(
      domain: "example.test", user: user, contact: contact, q: 0.5, expiresAt: expiresAt,
      callID: "c1", cseq: 4_294_967_295, transport: "udp",
      received: IPEndpoint(.v4(0xC000_0201), 5060), listener: "udp:127.0.0.1:5060",
      userAgent: "phone/1", instance: "<urn:uuid:1>", path: nil, registeredAt: 7)
  }
}

extension CallRecord {
  static func sample(
    _ id: String, caller: String = "alice", callee: String = "bob", setup: Int64 = 100
  ) -> CallRecord {
    CallRecord(
      id: id, callID: "\(id)@host", kind: "call", node: "a1", callerUser: caller,
      callerURI: "sip:\(caller)@example.test", calleeURI: "sip:\(callee)@example.test",
      calleeUser: callee, setup: setup, ring: setup + 1, answer: setup + 2, end: setup + 9,
      duration: 7, billable: true, cause: 200, causeText: "OK", releasedBy: .callee,
      codec: "PCMA", fromCaller: MediaQuality(packets: 50, octets: 8600, lost: 1, jitter: 0.25),
      fromCallee: MediaQuality(packets: 49, octets: 8428, lost: 2, jitter: 1.5), note: nil)
  }
}

extension Store {
  /// One record by itself.
  func save(_ record: CallRecord, completion: @escaping Completion) {
    save([record], completion: completion)
  }
}
