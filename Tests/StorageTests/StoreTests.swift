import CallControl
import GRDB
import Testing

@testable import Storage

@Suite("Subscribers, bindings, records, secrets")
struct StoreTests {
  let folder: TemporaryFolder
  let store: Store

  init() throws {
    folder = try TemporaryFolder()
    store = try Store(path: folder.file("a.db"))
  }

  // MARK: Subscribers

  @Test("Subscribers come back as they were written, by domain and user")
  func subscribers() throws {
    try store.addSubscriber(.sample("bob", number: "+15550002"))
    try store.addSubscriber(.sample("alice"))
    var other = SubscriberRecord.sample("alice")
    other.domain = "other.test"
    try store.addSubscriber(other)
    #expect(
      try store.subscribers() == [
        .sample("alice"), .sample("bob", number: "+15550002"), other,
      ])
    #expect(try store.subscribers(domain: "OTHER.test") == [other])
    var streamed: [SubscriberRecord] = []
    try store.forEachSubscriber { streamed.append($0) }
    #expect(try streamed == store.subscribers())
  }

  @Test("The same user twice is refused, in whatever case the domain is written")
  func duplicate() throws {
    try store.addSubscriber(.sample("alice"))
    var again = SubscriberRecord.sample("alice")
    again.domain = "EXAMPLE.test"
    #expect(throws: StorageError.duplicateSubscriber(user: "alice", domain: "EXAMPLE.test")) {
      try store.addSubscriber(again)
    }
    try store.addSubscriber(.sample("Alice"))
  }

  @Test("A number belongs to one subscriber")
  func number() throws {
    try store.addSubscriber(.sample("alice", number: "+15550001"))
    #expect(throws: StorageError.numberTaken(number: "+15550001", by: "alice@example.test")) {
      try store.addSubscriber(.sample("bob", number: "+15550001"))
    }
    try store.removeSubscriber(user: "alice", domain: "example.test")
    try store.addSubscriber(.sample("bob", number: "+15550001"))
  }

  @Test("A new password replaces the hashes; an unknown subscriber is an error")
  func password() throws {
    try store.addSubscriber(.sample("alice"))
    let hashes = PasswordHashes(md5: nil, sha256: "ff", sha512_256: nil)
    try store.setHashes(hashes, user: "alice", domain: "example.test")
    #expect(try store.subscribers().map(\.hashes) == [hashes])
    let unknown = StorageError.unknownSubscriber(user: "zoe", domain: "example.test")
    #expect(throws: unknown) {
      try store.setHashes(hashes, user: "zoe", domain: "example.test")
    }
    #expect(throws: unknown) { try store.removeSubscriber(user: "zoe", domain: "example.test") }
  }

  @Test("A subscriber who is removed takes the bindings along")
  func removal() async throws {
    try store.addSubscriber(.sample("alice"))
    try await store.saveBindingsAndWait([.saved(.sample("alice")), .saved(.sample("bob"))])
    try store.removeSubscriber(user: "alice", domain: "example.test")
    #expect(try store.bindings(liveAt: 0) == [.sample("bob")])
  }

  @Test("The revision grows with each change, seen from another connection too")
  func revision() throws {
    let other = try Store(path: folder.file("a.db"))
    var last = try store.subscribersRevision()
    let changes: [(Store) throws -> Void] = [
      { try $0.addSubscriber(.sample("alice")) },
      { try $0.setHashes(PasswordHashes(md5: "00"), user: "alice", domain: "example.test") },
      { try $0.removeSubscriber(user: "alice", domain: "example.test") },
    ]
    for change in changes {
      try change(other)
      let now = try store.subscribersRevision()
      #expect(now > last)
      last = now
    }
    #expect(throws: StorageError.self) {
      try other.removeSubscriber(user: "alice", domain: "example.test")
    }
    #expect(try store.subscribersRevision() == last)
  }

  @Test("Hashes never show")
  func redaction() {
    let hashes = PasswordHashes(md5: "0123")
    let text = "\(SubscriberRecord.sample("alice")) \(String(reflecting: hashes))"
    for hash in ["0123", "4567", "89ab"] { #expect(!text.contains(hash)) }
  }

  // MARK: Bindings

  @Test("A binding comes back as it was written, and a refresh replaces it")
  func binding() async throws {
    try await store.saveBindingsAndWait([.saved(.sample("alice"))])
    #expect(try store.bindings(liveAt: 999) == [.sample("alice")])
    var refreshed = BindingRecord.sample("alice", expiresAt: 2000)
    refreshed.path = "<sip:edge.example.test;lr>"
    refreshed.received.port = 5062
    try await store.saveBindingsAndWait([.saved(refreshed)])
    #expect(try store.bindings(liveAt: 999) == [refreshed])
    #expect(try store.bindings(liveAt: 2000).isEmpty)
  }

  @Test("The changes of one REGISTER are applied in order (RFC 3261 §10.3)")
  func changes() async throws {
    let first = BindingRecord.sample("alice", contact: "sip:1@192.0.2.1")
    let second = BindingRecord.sample("alice", contact: "sip:2@192.0.2.1")
    try await store.saveBindingsAndWait([.saved(first), .saved(.sample("bob"))])
    try await store.saveBindingsAndWait([
      .removedAll(domain: "example.test", user: "alice"), .saved(second),
    ])
    #expect(try store.bindings(liveAt: 0) == [second, .sample("bob")])
    try await store.saveBindingsAndWait([
      .removed(domain: "example.test", user: "alice", key: "sip:2@192.0.2.1")
    ])
    #expect(try store.bindings(liveAt: 0) == [.sample("bob")])
  }

  @Test("Expired bindings are cleared away, however many there are", arguments: [0, 1, 1000, 2500])
  func expiry(expired: Int) async throws {
    let old = (0..<expired).map {
      BindingChange.saved(.sample("u\($0)", contact: "sip:\($0)@192.0.2.1", expiresAt: 500))
    }
    try await store.saveBindingsAndWait(old + [.saved(.sample("alice", expiresAt: 501))])
    try await store.finish { $0.removeExpiredBindings(before: 500, completion: $1) }.get()
    let left = try await store.pool.read {
      try String.fetchAll($0, sql: "SELECT user FROM bindings")
    }
    #expect(left == ["alice"])
  }

  // MARK: Call detail records

  @Test("A record comes back as it was written, with and without its optional parts")
  func record() async throws {
    let full = CallRecord.sample("full", setup: 1)
    var bare = CallRecord(
      id: "bare", callID: "x", kind: "call", node: "a1", callerURI: "sip:a@b",
      calleeURI: "tel:+1", setup: 2, end: 3, cause: 486, causeText: "Busy Here",
      releasedBy: .system)
    bare.note = "ended by inactivity"
    try await store.saveAndWait(full)
    try await store.saveAndWait(bare)
    #expect(try store.callRecords(CallRecordFilter(order: .oldestFirst)) == [full, bare])
    #expect(try store.callRecords() == [bare, full])
  }

  @Test("The same record twice is one record, as it first was")
  func recordTwice() async throws {
    try await store.saveAndWait(.sample("r"))
    try await store.saveAndWait(.sample("r", caller: "mallory"))
    #expect(try store.callRecords() == [.sample("r")])
  }

  @Test(
    "Records are found by party",
    arguments: [
      ("alice", ["1"]), ("bob", ["1", "2"]), ("carol", ["2"]), ("bo", []), ("bob2", []),
      ("sip:bob@example.test", ["1", "2"]), ("carol@example.test", ["2"]), ("%", []),
      ("alice' OR '1'='1", []),
    ])
  func party(_ party: String, ids: [String]) async throws {
    try await store.saveAndWait(.sample("1", caller: "alice", callee: "bob", setup: 1))
    try await store.saveAndWait(.sample("2", caller: "bob", callee: "carol", setup: 2))
    let filter = CallRecordFilter(party: party, order: .oldestFirst)
    #expect(try store.callRecords(filter).map(\.id) == ids)
  }

  @Test("Records are found by time of set-up, and limited")
  func time() async throws {
    for setup in 1...5 { try await store.saveAndWait(.sample("\(setup)", setup: Int64(setup))) }
    func ids(_ filter: CallRecordFilter) throws -> [String] {
      try store.callRecords(filter).map(\.id)
    }
    #expect(try ids(CallRecordFilter(since: 2, until: 4)) == ["3", "2"])
    #expect(try ids(CallRecordFilter(since: 4)) == ["5", "4"])
    #expect(try ids(CallRecordFilter(limit: 2)) == ["5", "4"])
    #expect(try ids(CallRecordFilter(limit: 2, order: .oldestFirst)) == ["1", "2"])
    #expect(try ids(CallRecordFilter(limit: 0)) == [])
  }

  @Test("Counts tell what there is")
  func counts() async throws {
    try store.addSubscriber(.sample("alice"))
    try await store.saveAndWait(.sample("r"))
    try await store.saveBindingsAndWait([
      .saved(.sample("alice")), .saved(.sample("bob", expiresAt: 5)),
    ])
    #expect(
      try store.counts(at: 10) == StoreCounts(subscribers: 1, bindings: 1, callRecords: 1))
  }

  // MARK: Secrets

  @Test("A secret is made once and is the same for every process")
  func secret() throws {
    let other = try Store(path: folder.file("a.db"))
    #expect(try store.secret("nonce key") { [1, 2, 3] } == [1, 2, 3])
    #expect(try other.secret("nonce key") { [9] } == [1, 2, 3])
    #expect(try other.secret("another") { [] } == [])
  }

  @Test("Many who ask for a secret at once agree on it")
  func secretRace() async throws {
    let answers = try await withThrowingTaskGroup(of: [UInt8].self) { group in
      for index in 0..<8 {
        let path = folder.file("a.db")
        group.addTask { try Store(path: path).secret("race") { [UInt8(index)] } }
      }
      return try await group.reduce(into: Set<[UInt8]>()) { $0.insert($1) }
    }
    #expect(answers.count == 1)
  }

  @Test("Two flows of a phone with one contact are two bindings, each by its key")
  func flows() async throws {
    var first = BindingRecord.sample("alice")
    (first.key, first.regID) = ("reg-id=1;<urn:uuid:1>", 1)
    first.path = "<sip:p1.example;lr>\n<sip:p2.example;lr>"
    var second = first
    (second.key, second.regID, second.path) = ("reg-id=2;<urn:uuid:1>", 2, nil)
    try await store.saveBindingsAndWait([.saved(first), .saved(second)])
    #expect(try store.bindings(liveAt: 0) == [first, second])
    first.contact = "sip:moved@192.0.2.9"
    try await store.saveBindingsAndWait([
      .saved(first), .removed(domain: "example.test", user: "alice", key: second.key),
    ])
    #expect(try store.bindings(liveAt: 0) == [first])
  }

  @Test("An error of the reader's own reaches the caller")
  func readerError() throws {
    struct Stop: Error {}
    try store.addSubscriber(.sample("alice"))
    #expect(throws: StorageError.self) { try store.forEachSubscriber { _ in throw Stop() } }
  }
}
