import Addressing
import CallControl
import SIP
import Testing

@testable import Softswitch

@Suite("Phones and servers behind names (RFC 3263)")
struct LocatingTests {
  private let bench: ExchangeBench
  private let trunk: BenchPhone
  /// Registered from another place than its servers are.
  private let bob: BenchPhone
  private let servers: [BenchPhone]

  init() throws {
    bench = try ExchangeBench()
    trunk = try bench.trunk()
    bob = try bench.bob(contact: "sip:bob@pbx.example.net")
    servers = try ["192.0.2.31:5060", "192.0.2.32:5070"].map { [bench] in try bench.bob(at: $0) }
    bench.world.names["pbx.example.net"] = servers.map { ServerTarget(.udp, $0.flow.remote) }
    try bob.register()
  }

  @Test("A name is asked for with the transport that its phone registered by")
  func question() {
    bench.answersDNS = false
    #expect(bench.send(trunk.invite("bob")).summary == ["100"])
    #expect(
      bench.world.unlocated.map(\.query) == [ServerQuery(host: "pbx.example.net", transport: .udp)])
  }

  @Test("The first server that is there takes the call, and the next call goes there at once")
  func failover() throws {
    let first = bench.send(trunk.invite("bob"))
    #expect(first.summary == ["100", "INVITE"])
    #expect(try first.request(.invite).flow == servers[0].flow)
    #expect(try first.request(.invite).message.requestURIText == "sip:bob@pbx.example.net")
    let second = bench.advance(by: 4_100).last
    #expect(second?.flow == servers[1].flow)
    let answered = servers[1].respond(200, to: try #require(second))
    #expect(answered.summary.sorted() == ["200", "ACK"])
    #expect(bench.exchange.failingServers == 1)

    let next = try bench.send(trunk.invite("bob")).request(.invite)
    #expect(next.flow == servers[1].flow)
    servers[1].respond(486, to: next)
    // After a while one call tries the first again, and one at a time.
    bench.advance(by: 10_000)
    let probe = try bench.send(trunk.invite("bob")).request(.invite)
    #expect(probe.flow == servers[0].flow)
    #expect(try bench.send(trunk.invite("bob")).request(.invite).flow == servers[1].flow)
    // It is back: that it is busy is no failure.
    servers[0].respond(486, to: probe)
    #expect(bench.exchange.failingServers == 0)
    #expect(try bench.send(trunk.invite("bob")).request(.invite).flow == servers[0].flow)
  }

  @Test("A name that leads nowhere leaves the way that the phone came; so do all its servers")
  func otherwise() throws {
    bench.world.names = [:]
    #expect(try bench.send(trunk.invite("bob")).request(.invite).flow == bob.flow)
    bench.world.names["pbx.example.net"] = [ServerTarget(.udp, servers[0].flow.remote)]
    let invite = try bench.send(trunk.invite("bob")).request(.invite)
    #expect(invite.flow == servers[0].flow)
    let sent = bench.fail(try #require(invite.receipt))
    #expect(sent.map(\.flow) == [bob.flow])
  }

  @Test("A private address behind a public phone's name is not believed")
  func privateName() throws {
    bench.world.names["pbx.example.net"] = [ServerTarget(.udp, IPEndpoint("10.1.1.1:5060")!)]
    #expect(try bench.send(trunk.invite("bob")).request(.invite).flow == bob.flow)
  }

  @Test("A call that waits for DNS when the process ends asks again")
  func restartWhileAsking() throws {
    bench.answersDNS = false
    #expect(bench.send(trunk.invite("bob")).summary == ["100"])
    bench.answersDNS = true
    let sent = try bench.restart()
    #expect(sent.summary == ["100", "INVITE"])
    #expect(try sent.request(.invite).flow == servers[0].flow)
  }

  @Test("A restart between two servers goes on with the second")
  func restartBetweenServers() throws {
    bench.send(trunk.invite("bob"))
    bench.exchange.heartbeat(now: bench.now)
    try bench.restart(after: 1_000)
    // What DNS says by now is of no matter.
    bench.world.names = [:]
    let second = try #require(bench.advance(by: 3_100).last { $0.summary == "INVITE" })
    #expect(second.flow == servers[1].flow)
    try bench.restart()
    #expect(servers[1].respond(180, to: second).summary == ["180"])
    #expect(servers[1].respond(200, to: second).summary.sorted() == ["200", "ACK"])
  }

  @Test("A caller that gives up while DNS is asked hears so, and the answer comes too late")
  func cancelled() throws {
    bench.answersDNS = false
    let invite = trunk.invite("bob")
    bench.send(invite)
    let cancelled = bench.send(invite.hopByHop(.cancel, to: nil))
    #expect(cancelled.summary.sorted() == ["200 CANCEL", "487"])
    bench.answersDNS = true
    #expect(bench.advance(by: 100).isEmpty)
    bench.send(invite.hopByHop(.ack, to: try cancelled.response(487).firstValue(.to)))
    bench.expectNothingLeft()
    #expect(bench.exchange.lookups.count == 0)
  }

  @Test("An answer that nobody waits for changes nothing")
  func uninvited() {
    bench.exchange.located(
      LocationTicket(number: 99), .notFound(.unknown), now: bench.now)
    #expect(bench.exchange.callCount == 0)
  }

  @Test("A target that has nothing but its name is refused when that leads nowhere")
  func nothingButAName() throws {
    let query = ServerQuery(host: "gone.example.net")
    let target = CallTarget(uri: "sip:x@gone.example.net", query: query, party: "gone")
    #expect(target.located(at: []) == nil)
    let found = try #require(target.located(at: [bob.flow, servers[0].flow]))
    #expect(found.flow == bob.flow && found.alternatives == [servers[0].flow])
    #expect(found.name == nil)
  }
}
