import Addressing
import Testing

@testable import Storage

@Suite("Subscriptions, publications and messages on record")
struct StateTests {
  private let folder: TemporaryFolder
  private let store: Store

  init() throws {
    folder = try TemporaryFolder()
    store = try Store(path: folder.file("state.db"))
  }

  private func save(_ changes: StateChange...) async throws {
    try await store.finish { $0.save(changes, completion: $1) }.get()
  }

  private func subscription(_ id: String, expiresAt: Int64 = 1000) -> SubscriptionRecord {
    SubscriptionRecord(
      id: id, event: "dialog", eventID: "7", domain: "example.test", watcher: "alice",
      resource: "bob", callID: "c", remoteTag: "r", localAddress: "<sip:bob@example.test>",
      remoteAddress: "\"A, B\" <sip:alice@example.test>", remoteTarget: "sip:alice@192.0.2.1",
      routes: ["<sip:a;lr>", "<sip:b;lr>"], remoteCSeq: .max, transport: "udp",
      remote: IPEndpoint(.v4(0xC000_0201), 5060), listener: "udp:127.0.0.1:5060", createdAt: 5,
      expiresAt: expiresAt)
  }

  private func message(_ id: String, to user: String = "bob", expiresAt: Int64 = 1000)
    -> MessageRecord
  {
    MessageRecord(
      id: id, domain: "example.test", user: user, sender: "<sip:alice@example.test>",
      to: "<sip:bob@example.test>", headers: ["Content-Type: text/plain", "Subject: x"],
      body: [0, 255, 10], sentAt: 3, expiresAt: expiresAt)
  }

  @Test("A subscription comes back as it was, and as it was refreshed")
  func subscriptions() async throws {
    try await save(.subscription(subscription("s1")), .subscription(subscription("s2")))
    #expect(try store.subscriptions(liveAt: 999) == [subscription("s1"), subscription("s2")])
    var refreshed = subscription("s1", expiresAt: 3000)
    refreshed.remoteCSeq = 9
    refreshed.transport = "tcp"
    try await save(.subscription(refreshed), .subscriptionRemoved(id: "s2"))
    #expect(try store.subscriptions(liveAt: 1000) == [refreshed])
  }

  @Test("A publication comes back as it was changed last")
  func publications() async throws {
    var publication = PublicationRecord(
      id: "p1", domain: "example.test", user: "bob", entityTag: "e1", body: [1, 2],
      expiresAt: 1000)
    try await save(.publication(publication))
    publication.entityTag = "e2"
    publication.body = [3]
    try await save(.publication(publication))
    #expect(try store.publications(liveAt: 0) == [publication])
    try await save(.publicationRemoved(id: "p1"))
    #expect(try store.publications(liveAt: 0).isEmpty)
  }

  @Test("Messages come back in the order in which they were kept, each recipient's own")
  func messages() async throws {
    try await save(.message(message("z")), .message(message("a")))
    try await save(.message(message("m", to: "carol")), .message(message("a")))
    #expect(
      try store.messages(user: "bob", domain: "example.test") == [message("z"), message("a")])
    #expect(try store.messageMarks(liveAt: 0).map(\.id) == ["z", "a", "m"])
    let fetched = await withCheckedContinuation { continuation in
      store.fetchMessages(user: "bob", domain: "example.test") {
        continuation.resume(returning: $0)
      }
    }
    #expect(try fetched.get().map(\.id) == ["z", "a"])
    try await save(.messageRemoved(id: "z"))
    #expect(try store.messages(user: "bob", domain: "example.test").map(\.id) == ["a"])
  }

  @Test("What has expired is swept away, and a removed subscriber leaves nothing")
  func sweeping() async throws {
    try await save(
      .subscription(subscription("s1", expiresAt: 10)), .subscription(subscription("s2")),
      .message(message("m1", expiresAt: 10)), .message(message("m2")))
    try await store.finish { $0.removeExpiredState(before: 10, completion: $1) }.get()
    #expect(try store.subscriptions(liveAt: 0).map(\.id) == ["s2"])
    #expect(try store.messageMarks(liveAt: 0).map(\.id) == ["m2"])
    try store.addSubscriber(.sample("bob"))
    try store.removeSubscriber(user: "bob", domain: "example.test")
    #expect(try store.subscriptions(liveAt: 0).isEmpty)
    #expect(try store.messageMarks(liveAt: 0).isEmpty)
  }
}
