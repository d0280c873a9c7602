import Foundation
import Testing

extension IntegrationTests {
  @Suite("Busy lamps, presence and messages")
  struct PresenceTests {
    /// What a watcher wrote down of one NOTIFY.
    private struct Notice {
      let number: Int
      let document: String

      init(_ line: String) throws {
        let parts = line.split(separator: " ", maxSplits: 1)
        number = try #require(parts.first.flatMap { Int($0) })
        document = String(try #require(parts.last))
      }

      /// What its dialogs are in.
      var states: [String] {
        document.split(separator: "<state>").dropFirst().map { String($0.prefix { $0 != "<" }) }
      }
    }

    private func watcher(_ watched: String, _ event: String, until last: String) -> SIPp {
      SIPp(
        scenario: "watcher",
        values: ["caller": "alice", "watched": watched, "event": event, "last": last],
        credentials: .alice)
    }

    /// What it was told, each document well-formed, the numbers rising.
    private func notices(_ run: SIPpRun, _ node: TandemNode) async throws -> [Notice] {
      let notices = try run.logLines.map { try Notice($0) }
      for notice in notices {
        #expect(try await XMLLint.complaint(notice.document, folder: node.folder) == "")
      }
      let numbers = notices.map(\.number)
      #expect(numbers == Set(numbers).sorted())
      return notices
    }

    @Test("A busy lamp shows a real call early, confirmed and terminated, over a kill -9")
    func busyLamp() async throws {
      try await withNode { node in
        let watching = try node.sipp(watcher("bob", "dialog", until: "terminated"))
        try await watched(1, node)
        try await Task.sleep(for: .milliseconds(1100))
        try await node.exchange(
          SIPp(scenario: "caller", values: ["hold": "2500"]),
          with: [SIPp(scenario: "callee", values: ["ring": "1500"])]
        ) {
          try await Task.sleep(for: .milliseconds(2500))
          try await node.crash(.worker, try await .of(node))
        }
        try await watching.finish()
        let states = try await notices(watching, node).map(\.states)
        #expect(states.first == [])
        for state in ["early", "confirmed"] { #expect(states.contains([state]), "\(states)") }
        #expect(states.last == ["terminated"])
        print("a busy lamp showed \(states)")
      }
    }

    @Test("What a phone publishes is what a watcher is told, until it is taken back")
    func published() async throws {
      try await withNode { node in
        let publishing = try node.sipp(
          SIPp(
            scenario: "publishes",
            values: ["caller": "bob", "note": "Out &lt;for&gt; lunch", "hold": "1000"],
            credentials: .bob))
        #expect(
          try await eventually(within: .seconds(5)) { node.metric("tandem_publications") == 1 })
        let watching = try node.sipp(watcher("bob", "presence", until: "closed"))
        try await publishing.finish()
        try await watching.finish()
        let told = try await notices(watching, node).map(\.document)
        #expect(told.first?.contains("<note>Out &lt;for&gt; lunch</note>") == true, "\(told)")
        #expect(told.first?.contains("<basic>open</basic>") == true)
      }
    }

    @Test("A message for somebody who is away survives kill -9, and is delivered once")
    func kept() async throws {
      try await withNode { node in
        for text in ["said first", "said second"] {
          let sender = SIPp(
            scenario: "message",
            values: ["caller": "alice", "to": "bob", "text": text, "answer": "202"],
            credentials: .alice)
          try await node.sipp(sender).finish()
        }
        #expect(node.metric("tandem_messages_kept") == 2)
        try await node.crash(.worker, try await .of(node))
        #expect(node.metric("tandem_messages_kept") == 2)
        var phone = SIPp(scenario: "takes-message")
        phone.calls = 2
        let taking = try await node.callee(phone)
        try await node.register(at: phone.port)
        try await taking.finish()
        #expect(taking.logLines == ["said first", "said second"])
        #expect(
          try await eventually(within: .seconds(2)) { node.metric("tandem_messages_kept") == 0 })
        let sender = SIPp(
          scenario: "message",
          values: ["caller": "alice", "to": "bob", "text": "said now", "answer": "200"],
          credentials: .alice)
        phone.calls = 1
        let again = try await node.callee(phone)
        try await node.sipp(sender).finish()
        try await again.finish()
        #expect(again.logLines == ["said now"])
      }
    }

    @Test(
      "A baresip is given the message that waited, watches and publishes",
      .enabled(if: NetworkNamespace.isPossible, "network namespaces need root"))
    func phone() async throws {
      var configuration = NodeConfiguration()
      configuration.address = "198.18.73.1"
      try await withNode(configuration, starting: false) { node in
        let namespace = try await NetworkNamespace(73, folder: node.folder)
        do {
          try await node.start()
          try await watchAndRead(node, namespace)
        } catch {
          await namespace.remove(folder: node.folder)
          throw error
        }
        await namespace.remove(folder: node.folder)
      }
    }

    private func watchAndRead(_ node: TandemNode, _ namespace: NetworkNamespace) async throws {
      let sender = SIPp(
        scenario: "message",
        values: ["caller": "alice", "to": "bob", "text": "said before", "answer": "202"],
        credentials: .alice)
      try await node.sipp(sender).finish()
      let bob = try Baresip(
        .bob, in: namespace, domain: node.configuration.domain, node: node.sipAddress,
        tone: Tone(frequency: 440), folder: node.folder,
        watching: "sip:alice@\(node.configuration.domain)")
      // It subscribes when it pleases, some seconds after its start.
      let running = try bob.start(seconds: 40)
      let isThere = try await eventually(within: .seconds(15)) {
        node.metric("tandem_messages_kept") == 0 && node.metric("tandem_subscriptions") == 1
          && node.metric("tandem_publications") ?? 0 >= 1
      }
      let counts = ["messages_kept", "subscriptions", "publications"].map {
        "\($0) \(node.metric("tandem_" + $0) ?? -1)"
      }
      #expect(isThere, "\(counts)\n\(running.output.lastLines(20))")
      try await node.register(.alice, at: Ports.one())
      let isTold = try await eventually(within: .seconds(8)) {
        (running.output + running.errors).contains("Online")
      }
      #expect(isTold)
      await running.stop()
      #expect(node.metric("tandem_messages_delivered_total") == 1, "it took the message")
    }

    private func watched(_ count: Double, _ node: TandemNode) async throws {
      let isWatched = try await eventually(within: .seconds(5)) {
        node.metric("tandem_subscriptions") == count
      }
      try #require(isWatched, "nobody watches")
    }
  }
}

extension TandemNode {
  /// A metric without labels, as it is now.
  func metric(_ name: String) -> Double? {
    fetch("/metrics")?.text.split(separator: "\n").first { $0.hasPrefix(name + " ") }
      .flatMap { Double($0.dropFirst(name.count + 1)) }
  }
}
