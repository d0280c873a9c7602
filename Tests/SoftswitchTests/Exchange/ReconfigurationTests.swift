import SIP
import Testing

@testable import Softswitch

@Suite("Other settings while calls are in progress")
struct ReconfigurationTests {
  private func reconfigure(
    _ bench: ExchangeBench, trusting isTrusting: Bool = true, maximumCalls: Int = 100,
    subscribers: [Subscriber] = .bench, algorithms: [DigestAlgorithm] = [.md5]
  ) throws {
    let old = bench.exchange.configuration
    var authentication = AuthenticationPolicy()
    authentication.algorithms = algorithms
    bench.exchange.reconfigure(
      Exchange.Settings(
        configuration: ExchangeConfiguration(
          calls: old.calls, listenerNames: old.listenerNames,
          trusted: isTrusting ? old.trusted : [], echoNumbers: ["echo"],
          maximumCalls: maximumCalls, messageLimits: old.messageLimits),
        directory: try SubscriberDirectory(
          domains: ["example.test"], addresses: [ExchangeBench.address], subscribers: subscribers,
          groups: []),
        registrar: RegistrarPolicy(), authentication: authentication))
  }

  @Test("A lower limit ends no call and refuses the next one")
  func limit() throws {
    let bench = try ExchangeBench()
    let trunk = try bench.trunk()
    let (first, second) = (trunk.invite("echo"), trunk.invite("echo"))
    let answer = try bench.send(first).response(200)
    let other = try bench.send(second).response(200)
    try reconfigure(bench, maximumCalls: 1)
    #expect(bench.exchange.callCount == 2)
    bench.send(first.inDialog(.ack, of: answer))
    bench.send(second.inDialog(.ack, of: other))
    #expect(bench.send(trunk.invite("echo")).summary == ["503"])
    #expect(bench.send(first.inDialog(.bye, of: answer)).summary == ["200 BYE"])
    #expect(bench.send(second.inDialog(.bye, of: other)).summary == ["200 BYE"])
    bench.advance(by: 40_000)
    #expect(bench.send(trunk.invite("echo")).summary == ["100", "200"])
  }

  @Test("Who is trusted no longer ends the call that was let in, and is challenged for the next")
  func trust() throws {
    let bench = try ExchangeBench()
    let trunk = try bench.trunk()
    let bob = try bench.bob()
    try bob.register()
    let ringing = trunk.invite("bob")
    let offered = try bench.send(ringing).request(.invite)
    bob.respond(180, to: offered)
    try reconfigure(bench, trusting: false)
    let answer = try bob.respond(200, to: offered).response(200)
    bench.send(ringing.inDialog(.ack, of: answer))
    #expect(bench.send(trunk.invite("bob")).summary == ["407"])
    #expect(bench.send(ringing.inDialog(.bye, of: answer)).summary.sorted() == ["200 BYE", "BYE"])
  }

  @Test("A subscriber who is gone is not called, and the call that talks goes on")
  func subscribers() throws {
    let bench = try ExchangeBench()
    let trunk = try bench.trunk()
    let bob = try bench.bob()
    try bob.register()
    let talking = trunk.invite("bob")
    let offered = try bench.send(talking).request(.invite)
    let answer = try bob.respond(200, to: offered).response(200)
    bench.send(talking.inDialog(.ack, of: answer))
    try reconfigure(
      bench, subscribers: [Subscriber].bench.filter { $0.address.user != "bob" })
    #expect(bench.send(trunk.invite("bob")).summary == ["100", "404"])
    #expect(bench.send(talking.inDialog(.bye, of: answer)).summary.sorted() == ["200 BYE", "BYE"])
  }

  @Test("New algorithms are asked for at once")
  func algorithms() throws {
    let bench = try ExchangeBench()
    let alice = try bench.alice()
    func challenges() throws -> [String] {
      try bench.send(alice.invite("bob")).response(407).rows(.proxyAuthenticate)
    }
    #expect(try challenges().allSatisfy { $0.contains("MD5") })
    try reconfigure(bench, algorithms: [.sha256])
    let asked = try challenges()
    #expect(asked.count == 1 && asked.allSatisfy { $0.contains("SHA-256") }, "\(asked)")
  }

  @Test("What comes by a listener that no settings name is dropped")
  func strangeListener() throws {
    let bench = try ExchangeBench()
    var invite = try bench.trunk().invite("echo")
    invite.flow.listener = ListenerID(9)
    #expect(bench.send(invite).isEmpty)
    #expect(bench.exchange.counters.dropped == 1)
  }
}
