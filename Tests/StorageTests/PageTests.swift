import CallControl
import Testing

@testable import Storage

@Suite("Lists in pages")
struct PageTests {
  let folder: TemporaryFolder
  let store: Store

  init() throws {
    folder = try TemporaryFolder()
    store = try Store(path: folder.file("a.db"))
  }

  @Test("Subscribers: each is on one page, by domain and user")
  func subscribers() throws {
    for user in ["zoe", "Alice", "alice", "bob", "élise"] { try store.addSubscriber(.sample(user)) }
    var other = SubscriberRecord.sample("carol")
    other.domain = "other.test"
    try store.addSubscriber(other)
    var (seen, after): ([String], (domain: String, user: String)?) = ([], nil)
    while let last = try store.subscribers(domain: nil, after: after, limit: 2).last {
      seen += try store.subscribers(domain: nil, after: after, limit: 2).map(\.user)
      after = (last.domain, last.user)
    }
    #expect(seen == ["Alice", "alice", "bob", "zoe", "élise", "carol"])
    let one = try store.subscribers(domain: "OTHER.test", after: nil, limit: 10)
    #expect(one.map(\.user) == ["carol"])
    #expect(try store.subscriber(user: "bob", domain: "example.test") == .sample("bob"))
    #expect(try store.subscriber(user: "Bob", domain: "example.test") == nil)
  }

  @Test("A number is changed and taken away; somebody else's is not taken")
  func numbers() throws {
    try store.addSubscriber(.sample("alice", number: "+15550001"))
    try store.addSubscriber(.sample("bob", number: "+15550002"))
    func change(_ number: String??) throws {
      try store.changeSubscriber(
        user: "alice", domain: "example.test", hashes: nil, number: number)
    }
    #expect(throws: StorageError.numberTaken(number: "+15550002", by: "bob@example.test")) {
      try change("+15550002")
    }
    try change("+15550001")
    try change("+15550003")
    #expect(try store.subscribers().first == .sample("alice", number: "+15550003"))
    try change(nil)
    #expect(try store.subscribers().first?.number == "+15550003", "what is not named stays")
    try change(.some(nil))
    #expect(try store.subscribers().first == .sample("alice"))
  }

  @Test("Bindings: each is on one page; only the owner's, only the live ones")
  func bindings() async throws {
    for (user, contact) in [("bob", "sip:2"), ("alice", "sip:9"), ("bob", "sip:1")] {
      try await store.saveBindingsAndWait([.saved(.sample(user, contact: contact))])
    }
    try await store.saveBindingsAndWait([.saved(.sample("bob", contact: "sip:0", expiresAt: 5))])
    let first = try store.bindings(liveAt: 5, of: nil, after: nil, limit: 2)
    #expect(first.map(\.contact) == ["sip:9", "sip:1"])
    let place = BindingPlace(domain: "example.test", user: "bob", contact: "sip:1")
    let second = try store.bindings(liveAt: 5, of: nil, after: place, limit: 2)
    #expect(second.map(\.contact) == ["sip:2"])
    let alice = try store.bindings(
      liveAt: 5, of: ("alice", "example.test"), after: nil, limit: 9)
    #expect(alice.map(\.contact) == ["sip:9"])
    #expect(try store.removeBindings(user: "bob", domain: "example.test", contact: "sip:1") == 1)
    #expect(try store.removeBindings(user: "bob", domain: "example.test", contact: nil) == 2)
    #expect(try store.bindings(liveAt: 0).map(\.user) == ["alice"])
  }

  @Test(
    "Call records: each is on one page, also those of the same moment",
    arguments: [CallRecordFilter.Order.newestFirst, .oldestFirst])
  func records(order: CallRecordFilter.Order) async throws {
    let all = [("a", 3), ("b", 2), ("c", 2), ("d", 2), ("e", 1)]
    for (id, setup) in all { try await store.saveAndWait(.sample(id, setup: Int64(setup))) }
    var seen: [String] = []
    var after: CallRecordFilter.Place?
    while let last = try page(after, order).last {
      seen += try page(after, order).map(\.id)
      after = .init(setup: last.setup, id: last.id)
    }
    #expect(
      seen == (order == .newestFirst ? ["a", "b", "c", "d", "e"] : ["e", "b", "c", "d", "a"]))
  }

  private func page(
    _ after: CallRecordFilter.Place?, _ order: CallRecordFilter.Order
  ) throws -> [CallRecord] {
    try store.callRecords(CallRecordFilter(limit: 2, order: order, after: after))
  }
}
