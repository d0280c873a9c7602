import Testing

@testable import Storage

@Suite("Settings of subscribers, and ring groups")
struct RoutingStoreTests {
  let folder: TemporaryFolder
  let store: Store

  init() throws {
    folder = try TemporaryFolder()
    store = try Store(path: folder.file("a.db"))
  }

  private let full = SettingsRecord(
    forwardAlways: "bob", forwardBusy: "600", forwardNoAnswer: "sip:carol@example.test",
    noAnswerAfter: 20_000, forwardUnregistered: "dave@example.test", doNotDisturb: true,
    maximumCalls: 2, mayCall: ["internal", "+49", "!+49900"])

  private func group(_ name: String, number: String? = nil, domain: String = "example.test")
    -> GroupRecord
  {
    GroupRecord(
      domain: domain, name: name, number: number, strategy: "serial", members: ["bob", "alice"],
      ringTimeout: 15_000, skipsBusy: true, then: "carol", created: 7)
  }

  @Test("Settings come back as they were written, alone and with their subscriber")
  func settings() throws {
    try store.addSubscriber(.sample("alice"))
    #expect(try store.settings(user: "alice", domain: "example.test") == SettingsRecord())
    try store.setSettings(full, user: "alice", domain: "EXAMPLE.test")
    #expect(try store.settings(user: "alice", domain: "example.test") == full)
    var record = SubscriberRecord.sample("alice")
    record.settings = full
    #expect(try store.subscribers() == [record])
    let nothing = SettingsRecord(mayCall: [])
    try store.setSettings(nothing, user: "alice", domain: "example.test")
    #expect(try store.settings(user: "alice", domain: "example.test") == nothing)
  }

  @Test("A subscriber is added with its settings, and takes them along when it is removed")
  func life() throws {
    var record = SubscriberRecord.sample("alice")
    record.settings = full
    try store.addSubscriber(record)
    #expect(try store.subscribers() == [record])
    try store.removeSubscriber(user: "alice", domain: "example.test")
    try store.addSubscriber(.sample("alice"))
    #expect(try store.settings(user: "alice", domain: "example.test") == SettingsRecord())
  }

  @Test("Settings of nobody are an error")
  func unknown() throws {
    let unknown = StorageError.unknownSubscriber(user: "zoe", domain: "example.test")
    #expect(throws: unknown) { try store.settings(user: "zoe", domain: "example.test") }
    #expect(throws: unknown) {
      try store.setSettings(full, user: "zoe", domain: "example.test")
    }
  }

  @Test("Groups come back as they were written, by domain and name")
  func groups() throws {
    let (sales, support) = (group("sales", number: "600"), group("support"))
    let other = group("sales", domain: "other.test")
    for group in [support, other, sales] { try store.addGroup(group) }
    #expect(try store.groups() == [sales, support, other])
    try store.removeGroup(name: "sales", domain: "Example.test")
    #expect(try store.groups() == [support, other])
    #expect(throws: StorageError.unknownGroup(name: "sales", domain: "example.test")) {
      try store.removeGroup(name: "sales", domain: "example.test")
    }
    try store.addGroup(sales)
    #expect(try store.groups().first?.members == ["bob", "alice"], "none are left twice")
  }

  @Test("A name and a number belong to one subscriber or group")
  func conflicts() throws {
    try store.addSubscriber(.sample("alice", number: "+15550001"))
    try store.addGroup(group("sales", number: "600"))
    #expect(throws: StorageError.duplicateGroup(name: "sales", domain: "example.test")) {
      try store.addGroup(group("sales"))
    }
    #expect(throws: StorageError.nameTaken(name: "alice", domain: "example.test")) {
      try store.addGroup(group("alice"))
    }
    #expect(throws: StorageError.nameTaken(name: "sales", domain: "example.test")) {
      try store.addSubscriber(.sample("sales"))
    }
    #expect(throws: StorageError.numberTaken(number: "600", by: "sales@example.test")) {
      try store.addGroup(group("support", number: "600"))
    }
    #expect(throws: StorageError.numberTaken(number: "+15550001", by: "alice@example.test")) {
      try store.addGroup(group("support", number: "+15550001"))
    }
    #expect(try store.groups().map(\.name) == ["sales"])
  }

  @Test("Each change counts in the revision that a node watches")
  func revision() throws {
    try store.addSubscriber(.sample("alice"))
    var last = try store.subscribersRevision()
    func expectGrowth(_ change: () throws -> Void) throws {
      try change()
      let now = try store.subscribersRevision()
      #expect(now > last)
      last = now
    }
    try expectGrowth { try store.setSettings(full, user: "alice", domain: "example.test") }
    try expectGrowth {
      try store.setSettings(SettingsRecord(), user: "alice", domain: "example.test")
    }
    try expectGrowth { try store.addGroup(group("sales")) }
    try expectGrowth { try store.removeGroup(name: "sales", domain: "example.test") }
  }
}
