import Testing

extension IntegrationTests {
  @Suite("Media")
  struct MediaTests {
    @Test("The echo number sends back what it is told, and the record counts both ways")
    func echo() async throws {
      try await withNode { node in
        let address = NodeConfiguration.trustedAddress
        let phone = try MediaSocket(address: address)
        var caller = SIPp(scenario: "caller-with-media", address: address)
        caller.user = "9196"
        caller.values = ["audio": "\(phone.port)", "hold": "2500"]
        let calling = try node.sipp(caller)
        let far = try await AudioAddress.from(calling)
        try await phone.talk(80, sound: 0x55, to: far)
        try await calling.finish()

        #expect(far.host == "127.0.0.1")
        #expect(node.configuration.mediaPorts.contains(far.port))
        // Latching may swallow the first packets.
        let echoed = await phone.received
        #expect(echoed.count >= 70)
        #expect(echoed.count <= 80)
        #expect(echoed.allSatisfy { $0.sound == 0x55 })
        let record = try #require(try await node.callRecords(1).first)
        #expect(record.callerPackets == 80)
        #expect(record.callerLost == 0)
        #expect(record.cause == 200)
      }
    }

    @Test("Each of two phones hears the other and never itself, and a stranger is not heard")
    func relay() async throws {
      try await withNode { node in
        try await withCall(on: node) { call in
          async let alice: Void = call.caller.talk(80, sound: 0x11, to: call.callerSends)
          async let bob: Void = call.callee.talk(80, sound: 0x22, to: call.calleeSends)
          _ = try await (alice, bob)
          let aliceHeard = await call.caller.received
          let bobHeard = await call.callee.received
          #expect(aliceHeard.count >= 70)
          #expect(aliceHeard.allSatisfy { $0.sound == 0x22 })
          #expect(bobHeard.count >= 70)
          #expect(bobHeard.allSatisfy { $0.sound == 0x11 })

          // A stranger who found the port gets nothing, and takes nothing away.
          let stranger = try MediaSocket(address: "127.0.0.99")
          async let noise: Void = stranger.talk(10, sound: 0x33, to: call.callerSends)
          async let more: Void = call.callee.talk(20, sound: 0x22, to: call.calleeSends)
          async let others: Void = call.caller.talk(20, sound: 0x11, to: call.callerSends)
          _ = try await (noise, more, others)
          let strangerHeard = await stranger.received
          let bobStillHeard = await call.callee.received
          let aliceStillHeard = await call.caller.received
          #expect(strangerHeard.isEmpty)
          #expect(bobStillHeard.count >= bobHeard.count + 18)
          #expect(bobStillHeard.allSatisfy { $0.sound == 0x11 })
          #expect(aliceStillHeard.count >= aliceHeard.count + 18)
          #expect(aliceStillHeard.allSatisfy { $0.sound == 0x22 })
        }
        let record = try #require(try await node.callRecords(1).first)
        #expect(record.callerPackets == 100)
        #expect(record.calleePackets == 100)
        #expect(record.callerLost == 0)
        #expect(record.calleeLost == 0)
      }
    }

    /// Two phones in a call, with sockets for their sound.
    private struct TalkingPhones {
      let caller: MediaSocket
      let callee: MediaSocket
      let callerSends: AudioAddress
      let calleeSends: AudioAddress
    }

    private func withCall(
      on node: TandemNode, _ body: (TalkingPhones) async throws -> Void
    ) async throws {
      let trusted = NodeConfiguration.trustedAddress
      let caller = try MediaSocket(address: trusted)
      let callee = try MediaSocket(address: "127.0.0.1")
      var answering = SIPp(scenario: "callee-with-media")
      answering.values = ["audio": "\(callee.port)"]
      try await node.register(at: answering.port)
      let called = try await node.callee(answering)
      var dialling = SIPp(scenario: "caller-with-media", address: trusted)
      dialling.values = ["audio": "\(caller.port)", "hold": "5000"]
      let calling = try node.sipp(dialling)
      try await body(
        TalkingPhones(
          caller: caller, callee: callee, callerSends: AudioAddress.from(calling),
          calleeSends: AudioAddress.from(called)))
      try await calling.finish()
      try await called.finish()
    }
  }
}
