import Foundation
import Testing

extension IntegrationTests {
  @Suite("Services")
  struct ServiceTests {
    private let trusted = NodeConfiguration.trustedAddress

    @Test("The tone goes on through kill -9 of the worker, where it would be by then")
    func toneOverACrash() async throws {
      try await withNode { node in
        let listener = try Listener(address: trusted)
        defer { listener.stop() }
        var caller = SIPp(scenario: "caller-with-media", address: trusted)
        caller.user = "9197"
        caller.values = ["audio": "\(listener.port)", "hold": "4000"]
        let calling = try node.sipp(caller)
        let isHeard = try await eventually(within: .seconds(5)) { listener.packets.count > 50 }
        try #require(isHeard)
        try await node.crash(.worker, try await .of(node))
        try await calling.finish()

        let packets = listener.packets
        let gap = listener.longestGap
        print("the tone was away for \(gap.wholeMilliseconds) ms")
        #expect(gap > .milliseconds(21), "the worker was killed")
        #expect(gap < .seconds(1))
        #expect(Set(packets.map(\.source)).count == 1)
        #expect(packets.allSatisfy { $0.sound == packets[0].sound && $0.payloadType == 0 })
        // One line through all numbers: none goes back, and what is missing was not sent.
        let first = packets[0]
        #expect(
          packets.allSatisfy {
            UInt32($0.sequence &- first.sequence) &* 160 == $0.timestamp &- first.timestamp
          })
        // And through all arrivals: what came after the crash is not late by it.
        let last = try #require(packets.last)
        let played = Duration.milliseconds(20) * Int(last.sequence &- first.sequence)
        let late = last.arrival - first.arrival - played
        #expect(abs(late.wholeMilliseconds) < 150, "\(late)")
        let record = try #require(try await node.callRecords(1).first)
        #expect(record.calleeUser == "milliwatt 9197" && record.cause == 200)
      }
    }

    @Test("An announcement is heard twice and to its end, and then the switch hangs up")
    func announcement() async throws {
      var configuration = NodeConfiguration()
      configuration.services = [
        "announcements: [{number: \"9198\", file: hello.wav, repeat: 2}]"
      ]
      try await withNode(configuration, starting: false) { node in
        let samples = Tone(frequency: 700).samples(seconds: 0.6)
        try WaveFile(samples: samples, rate: 8000).write(
          to: node.folder.appending(path: "hello.wav"))
        try await node.start()
        let listener = try Listener(address: trusted)
        defer { listener.stop() }
        var caller = SIPp(scenario: "caller-until-bye", address: trusted)
        caller.user = "9198"
        caller.values = ["audio": "\(listener.port)"]
        let calling = try node.sipp(caller)
        try await calling.finish()

        // 0.6 s, a second's pause, and 0.6 s again, of 20 ms each.
        let packets = listener.packets
        #expect(packets.count == 110)
        #expect(packets.map(\.isMarked) == [true] + Array(repeating: false, count: 109))
        let isSounding = packets.map { Set($0.sound).count > 1 }
        #expect(isSounding == (0..<110).map { $0 < 30 || $0 >= 80 })
        let record = try #require(try await node.callRecords(1).first)
        #expect(record.releasedBy == "system" && record.cause == 200)
        #expect(abs(record.duration - 2.6) < 0.5)
      }
    }

    @Test("A number that nobody has is announced before it is refused")
    func notFound() async throws {
      var configuration = NodeConfiguration()
      configuration.services = ["notFound: nobody.wav"]
      try await withNode(configuration, starting: false) { node in
        let samples = Tone(frequency: 700).samples(seconds: 0.5)
        try WaveFile(samples: samples, rate: 8000).write(
          to: node.folder.appending(path: "nobody.wav"))
        try await node.start()
        let listener = try Listener(address: trusted)
        defer { listener.stop() }
        var caller = SIPp(scenario: "caller-hears-refusal", address: trusted)
        caller.user = "4711"
        caller.values = ["audio": "\(listener.port)"]
        try await node.sipp(caller).finish()
        #expect(listener.packets.count == 25)
        let record = try #require(try await node.callRecords(1).first)
        #expect(record.cause == 404)
      }
    }
  }
}
