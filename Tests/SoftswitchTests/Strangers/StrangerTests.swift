import Addressing
import Machines
import SIP
import Testing

@testable import Softswitch

@Suite("How much strangers are heard")
struct StrangerTests {
  private func bench(rate: Int = 10, burst: Int = 20, ignoring agents: [String] = []) throws
    -> ExchangeBench
  {
    var policy = StrangerPolicy()
    (policy.rate, policy.burst, policy.ignoredUserAgents) = (rate, burst, agents)
    return try ExchangeBench(strangers: policy)
  }

  private func stranger(_ bench: ExchangeBench, at remote: String = "192.0.2.66:5060") throws
    -> BenchPhone
  {
    try BenchPhone(bench, "mallory", password: "", at: remote)
  }

  /// How many of so many requests get an answer.
  private func answers(_ phone: BenchPhone, of count: Int) -> Int {
    (0..<count).count { _ in !phone.bench.send(phone.request(.options, "sip:example.test")).isEmpty
    }
  }

  @Test("A stranger is heard up to the rate, and met with silence beyond it")
  func rate() throws {
    let bench = try bench()
    let phone = try stranger(bench)
    #expect(answers(phone, of: 100) == 20)
    #expect(bench.exchange.counters.throttled == 80)
    bench.advance(by: 1000)
    #expect(answers(phone, of: 100) == 10)
    // Another port is the same source, another address is not.
    #expect(answers(try stranger(bench, at: "192.0.2.66:9999"), of: 5) == 0)
    #expect(answers(try stranger(bench, at: "192.0.2.67:5060"), of: 5) == 5)
    // What was saved up is no more than the burst.
    bench.advance(by: 3_600_000)
    #expect(answers(phone, of: 100) == 20)
  }

  @Test("All of an IPv6 /64 is one source")
  func network() throws {
    let policy = try bench().exchange.configuration.strangers ?? StrangerPolicy()
    var throttle = StrangerThrottle(policy)
    let now = Instant(nanoseconds: 1_000_000_000)
    let heard = try (0..<100).count { number in
      throttle.admits(try #require(IPAddress("2001:db8::\(number + 1)")), now: now)
    }
    #expect(heard == 20)
    let isNeighbourHeard = throttle.admits(
      try #require(IPAddress("2001:db8:0:1::1")), now: now)
    #expect(isNeighbourHeard)
  }

  @Test("Who has shown a password is heard, however fast its neighbours ask")
  func acquaintance() throws {
    let bench = try bench()
    let alice = try bench.alice()
    try alice.register()
    let neighbour = try stranger(bench, at: "192.0.2.1:6000")
    #expect(answers(neighbour, of: 100) == 18)
    for _ in 0..<50 { #expect(try alice.register().statusCode == 200) }
    #expect(answers(neighbour, of: 10) == 0)
  }

  @Test("A wrong password makes nobody known")
  func wrongPassword() throws {
    let bench = try bench()
    let phone = try BenchPhone(bench, "alice", password: "wrong", at: "192.0.2.66:5060")
    #expect(try phone.sendWithDigest(phone.registration()).sent.summary == ["401 REGISTER"])
    #expect(!bench.exchange.throttle.knows(phone.flow.remote))
    #expect(answers(phone, of: 100) == 18)
  }

  @Test("A trusted peer is heard as often as it likes")
  func trusted() throws {
    let bench = try bench()
    #expect(answers(try bench.trunk(), of: 100) == 100)
  }

  @Test("What belongs to a call is heard in the middle of a flood from the same address")
  func callInFlood() throws {
    let bench = try bench()
    let bob = try bench.bob()
    try bob.register()
    let alice = try bench.alice()
    let (invite, sent) = try alice.sendWithDigest(alice.invite("bob"))
    let rung = try sent.request(.invite)
    let answer = try bob.respond(200, to: rung).response(200)
    bench.send(invite.inDialog(.ack, of: answer))
    #expect(answers(try stranger(bench, at: "192.0.2.1:6000"), of: 100) < 20)
    // Her translator has given her another port, which nobody knows.
    var bye = invite.inDialog(.bye, of: answer)
    bye.flow.remote = try #require(IPEndpoint("192.0.2.1:7000"))
    #expect(try bench.send(bye).response(200).cSeq?.method == .bye)
    _ = bob
  }

  @Test("However many sources there are, what is remembered of them has a bound")
  func bound() {
    var policy = StrangerPolicy()
    policy.tracked = 1000
    var throttle = StrangerThrottle(policy)
    for number in 0..<100_000 {
      let address = IPAddress.v4(UInt32(0x0A00_0000 + number))
      let isHeard = throttle.admits(address, now: Instant(nanoseconds: Int64(number)))
      #expect(isHeard)
      throttle.meet(IPEndpoint(address, 5060))
    }
    #expect((500...1000).contains(throttle.trackedSources))
    #expect((500...1000).contains(throttle.trackedAcquaintances))
  }

  @Test("A scanner that says what it is gets no answer where the operator wants none")
  func scanners() throws {
    let bench = try bench(ignoring: ["friendly-scanner", "sipvicious"])
    let phone = try stranger(bench)
    func ask(_ agent: String) -> [Sent] {
      var request = phone.request(.options, "sip:example.test")
      request.headers = [(.userAgent, agent)]
      return bench.send(request)
    }
    #expect(ask("Friendly-Scanner").isEmpty)
    #expect(ask("sipvicious/0.3").isEmpty)
    #expect(ask("Example Phone 1.0").summary == ["200 OPTIONS"])
    #expect(bench.exchange.counters.ignoredScanners == 2)
  }
}
