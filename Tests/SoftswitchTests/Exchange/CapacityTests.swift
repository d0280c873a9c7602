import SIP
import Testing

@testable import Softswitch

@Suite("As many calls as there may be, and the end of them all")
struct CapacityTests {
  @Test("Over the limit a call is answered 503, with a time to come again")
  func limit() throws {
    let bench = try ExchangeBench(maximumCalls: 2)
    let trunk = try bench.trunk()
    let first = trunk.invite("echo")
    let answer = try bench.send(first).response(200)
    #expect(bench.send(trunk.invite("echo")).summary == ["100", "200"])
    let refused = try bench.send(trunk.invite("echo")).response(503)
    #expect(refused.firstValue(.retryAfter) == "5", "RFC 3261 §21.5.4")
    #expect(bench.exchange.callCount == 2)
    #expect(bench.exchange.counters.refused == [503: 1])

    bench.send(first.inDialog(.ack, of: answer))
    #expect(bench.send(first.inDialog(.bye, of: answer)).summary == ["200 BYE"])
    bench.advance(by: 40_000)
    #expect(bench.send(trunk.invite("echo")).summary == ["100", "200"], "there is room again")
  }

  @Test("When the node stops, every call ends for everybody, and is on record")
  func hangUpAll() throws {
    let bench = try ExchangeBench()
    let trunk = try bench.trunk()
    let bob = try bench.bob()
    try bob.register()
    // One call talks, one rings, one has not been heard of.
    let talking = trunk.invite("bob")
    let offered = try bench.send(talking).request(.invite)
    let answer = try bob.respond(200, to: offered).response(200)
    bench.send(talking.inDialog(.ack, of: answer))
    let ringing = try bench.send(trunk.invite("bob")).request(.invite)
    bob.respond(180, to: ringing)
    let silent = try bench.send(trunk.invite("bob")).request(.invite)

    let sent = bench.hangUpAll()
    #expect(sent.summary.sorted() == ["503", "503", "BYE", "BYE", "CANCEL"])
    #expect(bench.exchange.unfinishedCalls > 0, "the BYEs are not answered yet")
    #expect(bench.world.records.count == 3)
    #expect(bench.world.records.allSatisfy { $0.releasedBy == .system })
    // §9.1: a CANCEL waits for the first provisional response.
    #expect(bob.respond(180, to: silent).summary == ["CANCEL"])
    bench.expectNothingLeft()
  }
}
