import CallControl
import SIP
import Testing

@testable import Softswitch

@Suite("Numbers that the switch answers with a programme")
struct ServiceTests {
  @Test("A service is found by its number, dialled either way", arguments: ["9197", "tel:9197"])
  func dialled(_ number: String) throws {
    let bench = try ExchangeBench()
    let trunk = try bench.trunk()
    let invite = trunk.invite(number)
    let sent = bench.send(invite)
    #expect(sent.summary == ["100", "200"])
    #expect(bench.world.played.map(\.programme.service) == ["milliwatt 9197"])
    let answer = try sent.response(200)
    bench.send(invite.inDialog(.ack, of: answer))
    #expect(bench.send(invite.inDialog(.bye, of: answer)).summary == ["200 BYE"])
    #expect(bench.world.records.map(\.calleeUser) == ["milliwatt 9197"])
    bench.expectNothingLeft()
  }

  @Test("After kill -9 the same programme goes on, and its end comes when it would have come")
  func restarted() throws {
    let bench = try ExchangeBench()
    let trunk = try bench.trunk()
    let invite = trunk.invite("9198")
    let answer = try bench.send(invite).response(200)
    bench.send(invite.inDialog(.ack, of: answer))
    bench.advance(by: 1000)
    try bench.restart(after: 500)
    #expect(bench.world.played.count == 2)
    #expect(bench.world.played[1].programme == bench.world.played[0].programme)
    #expect(bench.world.played[1].plans == bench.world.played[0].plans)
    // The 200 is sent again, since its ACK was not on record; the phone acknowledges it again.
    bench.send(invite.inDialog(.ack, of: answer))
    // 3 s, and 200 ms before and after them.
    #expect(bench.advance(by: 1899).isEmpty)
    #expect(bench.advance(by: 1).summary == ["BYE"])
    #expect(bench.world.records.map(\.releasedBy) == [.system])
    #expect(bench.world.records.map(\.cause) == [200])
    bench.expectNothingLeft()
  }

  @Test("An end that the process did not live to see comes at once in the next one")
  func endedMeanwhile() throws {
    let bench = try ExchangeBench()
    let trunk = try bench.trunk()
    let invite = trunk.invite("9198")
    let answer = try bench.send(invite).response(200)
    bench.send(invite.inDialog(.ack, of: answer))
    bench.advance(by: 1000)
    try bench.restart(after: 10_000)
    bench.advance(by: 1)
    // RFC 3261 §15: the ACK, which was not on record, is waited for.
    #expect(bench.send(invite.inDialog(.ack, of: answer)).summary == ["BYE"])
    bench.expectNothingLeft()
  }

  @Test("A number that nobody has is announced; one that nobody is at is not")
  func notFound() throws {
    let bench = try ExchangeBench(
      notFound: PlayedService(name: "announcement notFound", length: .seconds(2)))
    let trunk = try bench.trunk()
    let invite = trunk.invite("4711")
    #expect(bench.send(invite).summary == ["100", "183"])
    bench.advance(by: 1000)
    #expect(try bench.restart(after: 200).summary == ["183"])
    #expect(bench.advance(by: 1200).summary == ["404"])
    #expect(bench.world.records.map(\.cause) == [404])
    #expect(bench.send(trunk.invite("bob")).summary == ["100", "480"])
    bench.expectNothingLeft()
  }
}
