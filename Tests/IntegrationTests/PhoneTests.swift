import Foundation
import Testing

extension IntegrationTests {
  @Suite("Real phones")
  struct PhoneTests {
    private let lower = Tone(frequency: 440)
    private let higher = Tone(frequency: 1000)

    @Test(
      "Two baresips hear each other's tone at its level, and never their own",
      .enabled(if: NetworkNamespace.isPossible, "network namespaces need root"))
    func tones() async throws {
      try await withNamespaces { first, second, node in
        let (alice, bob) = try phones(first, second, node)
        let called = try await answering(bob, node)
        let calling = try alice.start(dialling: "sip:bob@\(node.configuration.domain)", seconds: 8)
        _ = try await calling.exitStatus(within: .seconds(15))
        _ = try await called.exitStatus(within: .seconds(15))
        await calling.stop()
        await called.stop()

        try expect(alice, heard: higher, notItself: lower, log: calling)
        try expect(bob, heard: lower, notItself: higher, log: called)
        let record = try #require(try await node.callRecords(1).first)
        #expect(record.callerUser == "alice@example.test")
        #expect(record.calleeUser == "bob@example.test")
        #expect(record.callerPackets > 150)
        #expect(record.calleePackets > 150)
      }
    }

    @Test(
      "Two baresips hear each other before and after kill -9 of the worker",
      .enabled(if: NetworkNamespace.isPossible, "network namespaces need root"))
    func tonesOverACrash() async throws {
      try await withNamespaces { first, second, node in
        let (alice, bob) = try phones(first, second, node)
        let called = try await answering(bob, node)
        let calling = try alice.start(dialling: "sip:bob@\(node.configuration.domain)", seconds: 9)
        let isTalking = try await eventually(within: .seconds(5)) {
          try await node.calls().first?.state == "talking"
        }
        try #require(isTalking, "\(calling.output.lastLines(20))")
        try await Task.sleep(for: .seconds(3))
        try await node.crash(.worker, try await .of(node))
        _ = try await calling.exitStatus(within: .seconds(15))
        _ = try await called.exitStatus(within: .seconds(15))
        await calling.stop()
        await called.stop()

        for (phone, tone) in [(alice, higher), (bob, lower)] {
          let gap = try phone.gap(in: tone)
          print("\(phone.subscriber.user)'s phone missed \(gap.wholeMilliseconds) ms of a tone")
          #expect(gap < .seconds(1), "\(phone.subscriber.user)")
        }
        let record = try #require(try await node.callRecords(1).first)
        #expect(record.cause == 200)
        #expect(record.duration > 5)
      }
    }

    @Test(
      "A baresip hears the milliwatt: 1000 Hz at 0 dBm0",
      .enabled(if: NetworkNamespace.isPossible, "network namespaces need root"))
    func milliwatt() async throws {
      try await withNamespaces { first, second, node in
        let (alice, _) = try phones(first, second, node)
        let calling = try alice.start(
          dialling: "sip:9197@\(node.configuration.domain)", seconds: 5)
        _ = try await calling.exitStatus(within: .seconds(10))
        await calling.stop()
        let heard = try alice.heard()
        try #require(heard.seconds > 2, "\(calling.output.lastLines(20))")
        // A second, so that a bin of the transform is one hertz wide.
        func level(_ frequency: Double) -> Double {
          heard.amplitude(of: frequency, from: 0.5, to: 1.5)
        }
        // G.711 table 2: a sine that reaches full scale has 3.17 dBm0.
        let decibels = 20 * log10(level(1000) / pow(10, -3.17 / 20))
        print("the tone is at \((decibels * 100).rounded() / 100) dBm0")
        #expect(abs(decibels) < 1)
        for frequency in [995.0, 1005] { #expect(level(frequency) < level(1000) / 20) }
        #expect(try await node.callRecords(1).first?.calleeUser == "milliwatt 9197")
      }
    }

    /// The middle of what a phone heard: at least two seconds of one tone and nothing of the other.
    private func expect(
      _ phone: Baresip, heard tone: Tone, notItself own: Tone, log: ChildProcess
    ) throws {
      let said = try phone.said()
      let heard = try phone.heard()
      try #require(heard.seconds > 3, "\(log.output.lastLines(20))")
      let level = heard.amplitude(of: tone.frequency, from: 0.5, to: heard.seconds - 0.5)
      // μ-law is exact to a few per cent; a gap of a packet or two may be among them.
      #expect(abs(level - tone.amplitude) < 0.05)
      #expect(heard.amplitude(of: own.frequency, from: 0.5, to: heard.seconds - 0.5) < 0.005)
      #expect(said.amplitude(of: own.frequency, from: 0.5, to: said.seconds - 0.5) > 0.45)
    }

    /// Alice's phone, which sends the lower tone, and bob's, which sends the higher one.
    private func phones(
      _ first: NetworkNamespace, _ second: NetworkNamespace, _ node: TandemNode
    ) throws -> (alice: Baresip, bob: Baresip) {
      func phone(_ owner: Subscriber, in namespace: NetworkNamespace, tone: Tone) throws -> Baresip
      {
        try Baresip(
          owner, in: namespace, domain: node.configuration.domain, node: node.sipAddress,
          tone: tone, folder: node.folder)
      }
      return (
        try phone(.alice, in: first, tone: lower), try phone(.bob, in: second, tone: higher)
      )
    }

    /// Bob's phone, once it is registered and waits for a call.
    private func answering(_ bob: Baresip, _ node: TandemNode) async throws -> ChildProcess {
      let called = try bob.start(seconds: 14)
      let isRegistered = try await eventually(within: .seconds(8)) {
        try await node.registrations().contains { $0.user == "bob" }
      }
      try #require(isRegistered, "\(called.output.lastLines(20))")
      return called
    }

    /// A node in our own namespace, and two namespaces from which it is reached.
    private func withNamespaces(
      _ body: (NetworkNamespace, NetworkNamespace, TandemNode) async throws -> Void
    ) async throws {
      var configuration = NodeConfiguration()
      configuration.address = "198.18.71.1"
      try await withNode(configuration, starting: false) { node in
        let first = try await NetworkNamespace(71, folder: node.folder)
        do {
          let second = try await NetworkNamespace(72, folder: node.folder)
          do {
            try await node.start()
            try await body(first, second, node)
          } catch {
            await second.remove(folder: node.folder)
            throw error
          }
          await second.remove(folder: node.folder)
        } catch {
          await first.remove(folder: node.folder)
          throw error
        }
        await first.remove(folder: node.folder)
      }
    }
  }
}
