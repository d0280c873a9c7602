import Foundation
import Testing

@testable import TandemServer

@Suite("What differs between two configurations")
struct DifferenceTests {
  private func read(_ text: String) throws -> Configuration {
    try readConfiguration(text, file: "/etc/tandem.yaml")
  }

  /// The changes that an edit of the sample makes, as they are printed.
  private func changes(_ old: String, _ new: String) throws -> [String] {
    #expect(sample.contains(old), "the sample has something to replace")
    let edited = sample.replacingOccurrences(of: old, with: new)
    return try read(edited).changes(since: try read(sample)).map(\.description)
  }

  @Test("Every key of the schema has a class, and nothing else has one")
  func classes() {
    let keys = Set(ConfigurationSchema.keys.map(\.path))
    let sorted = [
      ConfigurationSchema.immediate, ConfigurationSchema.lasting, ConfigurationSchema.groups,
    ]
    let all = sorted.reduce(into: Set()) { $0.formUnion($1) }
    #expect(keys.subtracting(all).sorted() == [], "say when a change of these counts")
    #expect(all.subtracting(keys).sorted() == [], "there are no such keys")
    #expect(sorted.map(\.count).reduce(0, +) == all.count, "a key has one class")
  }

  @Test("What is in a list counts when the list does")
  func lists() {
    for key in ConfigurationSchema.keys {
      guard let bracket = key.path.range(of: "[]") else { continue }
      let list = String(key.path[..<bracket.lowerBound])
      #expect(
        ConfigurationSchema.effect(of: key.path) == ConfigurationSchema.effect(of: list),
        "\(key.path)")
    }
  }

  @Test("A configuration differs in nothing from itself")
  func same() throws {
    #expect(try read(sample).changes(since: read(sample)).isEmpty)
  }

  @Test(
    "An edit is told with its path, both values, and when it counts",
    arguments: [
      ("anchor: always", "anchor: nat", ["media.anchor: always -> nat (now)"]),
      ("20000-20999", "20000-21999", ["media.ports: 20000-20999 -> 20000-21999 (next process)"]),
      ("sip:\n", "sip:\n  ringTimeout: 30s\n", ["sip.ringTimeout: 3m -> 30s (now)"]),
      (
        "tandem.db", "other.db",
        [
          "store: sqlite:/var/lib/tandem/tandem.db -> sqlite:/var/lib/tandem/other.db "
            + "(next process)"
        ]
      ),
      (
        ", tcp:127.0.0.1:5060", "",
        ["sip.listen[tcp:127.0.0.1:5060]: removed (next process)"]
      ),
      (
        "[udp:127.0.0.1:5060,", "[tcp:127.0.0.2:5060, udp:127.0.0.1:5060,",
        ["sip.listen[tcp:127.0.0.2:5060]: added (now)"]
      ),
      (
        "[udp:127.0.0.1:5060,", "[udp:127.0.0.1:5060/192.0.2.1:5060,",
        [
          "sip.listen[udp:127.0.0.1:5060/192.0.2.1:5060]: added (next process)",
          "sip.listen[udp:127.0.0.1:5060]: removed (next process)",
        ]
      ),
      ("http: {listen: 127.0.0.1:8080}\n", "", ["http: removed (next process)"]),
    ] as [(String, String, [String])])
  func edits(old: String, new: String, expected: [String]) throws {
    #expect(try changes(old, new) == expected)
  }

  @Test("Elements of lists go by their names")
  func elements() throws {
    let alice = "domains[example.test].subscribers[alice]"
    #expect(
      try changes(
        "- {user: alice,", "- {user: carol, password: x}\n      - {user: alice, number: \"+1555\",")
        == [
          "domains[example.test].subscribers[carol]: added (now)",
          "\(alice).number: added, +1555 (now)",
        ])
    #expect(
      try changes("      - {user: alice, password: secret1}\n", "")
        == ["\(alice): removed (now)"])
  }

  @Test("Elements in another order are a change where nothing else is")
  func order() throws {
    let two = sample + "\n  - name: other.test"
    let reversed = two.replacingOccurrences(
      of: "domains:\n", with: "domains:\n  - name: other.test\n"
    ).dropLast("\n  - name: other.test".count)
    #expect(
      try read(String(reversed)).changes(since: read(two)).map(\.path) == ["domains"])
  }

  @Test("A secret is compared and not shown")
  func secrets() throws {
    let told = try changes("secret1", "secret9")
    #expect(told == ["domains[example.test].subscribers[alice].password: ••• -> ••• (now)"])
    let token = String(repeating: "t", count: 24)
    #expect(
      try changes("8080}", "8080, adminToken: \(token)}") == [
        "http.adminToken: added, ••• (now)"
      ])
  }

  @Test("What only the next process takes up stays as it is, the rest is new")
  func held() throws {
    let old = try read(sample)
    var new = try read(
      sample.replacingOccurrences(
        of: "20000-20999, anchor: always", with: "30000-30999, anchor: nat"
      )
      .replacingOccurrences(of: "secret1", with: "secret9")
      .replacingOccurrences(of: "8080", with: "8081"))
    let held = new.held(by: old)
    #expect(held.media.ports == 20000...20999)
    #expect(held.http?.listen.port == 8080)
    #expect(held.media.anchor == .nat)
    #expect(held.domains == new.domains)
    // Nothing of the class `now` is left between them, and of the other all of it.
    #expect(new.changes(since: held).map(\.needs) == [.nextProcess, .nextProcess])
    #expect(held.changes(since: old).allSatisfy { $0.needs == .now })
    new.http = nil
    #expect(new.held(by: old).http == old.http)
  }
}
