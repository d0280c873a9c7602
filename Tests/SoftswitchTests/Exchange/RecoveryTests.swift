import Addressing
import CallControl
import Journaling
import SIP
import Testing

@testable import Softswitch

@Suite("A call outlives the process that carries it")
struct RecoveryTests {
  private let bench: ExchangeBench
  private let trunk: BenchPhone
  private let bob: BenchPhone

  init() throws {
    bench = try ExchangeBench()
    trunk = try bench.trunk()
    bob = try bench.bob()
    try bob.register()
  }

  @Test("In the middle of the setup: the same bytes leave again, and the call is answered")
  func setup() throws {
    let invite = trunk.invite("bob")
    let first = bench.send(invite)
    try #require(first.summary == ["100", "INVITE"])
    let again = try bench.restart()
    #expect(again.map(\.bytes) == first.map(\.bytes))
    #expect(bench.advance(by: 500).map(\.bytes) == [first[1].bytes], "Timer A runs")
    bench.exchange.heartbeat(now: bench.now)
    // It is on record that the INVITE has left; a 100 may be lost without anybody's repeating it.
    #expect(try bench.restart().map(\.bytes) == [first[0].bytes])
    #expect(bench.send(invite).map(\.bytes) == [first[0].bytes], "a retransmission finds its call")

    let ringing = try bob.respond(180, to: first[1]).response(180)
    let rung = try bench.restart()
    #expect(rung.summary == ["180"])
    #expect(try rung.response(180).toTag == ringing.toTag)
    let answered = bob.respond(200, to: first[1])
    #expect(answered.summary.sorted() == ["200", "ACK"])
    let answer = try answered.response(200)
    #expect(answer.toTag == ringing.toTag)
    #expect(bench.send(invite.inDialog(.ack, of: answer)).isEmpty)
    let end = bench.send(invite.inDialog(.bye, of: answer))
    bob.respond(200, to: try end.request(.bye))
    bench.expectNothingLeft()
    #expect(bench.world.records.map(\.cause) == [200])
  }

  @Test("While it is talked: media runs on the same ports, and either side can end the call")
  func talking() throws {
    let invite = trunk.invite("bob")
    let offered = try bench.send(invite).request(.invite)
    let answered = bob.respond(200, to: offered)
    let answer = try answered.response(200)
    bench.send(invite.inDialog(.ack, of: answer))
    let ports = bench.world.lentPorts
    bench.advance(by: 60_000)
    bench.exchange.heartbeat(now: bench.now)
    // What is left of the setup has been absorbed; nothing is to be said again but the ACK.
    #expect(try bench.restart().isEmpty)
    #expect(bench.world.lentPorts == ports)
    #expect(bench.world.openStreams.values.map(\.self) == [1])
    #expect(bench.exchange.callCount == 1)
    bench.advance(by: 10_000)
    let end = bench.send(invite.inDialog(.bye, of: answer))
    #expect(end.summary.sorted() == ["200 BYE", "BYE"])
    bob.respond(200, to: try end.request(.bye))
    bench.expectNothingLeft()
    let record = try #require(bench.world.records.first)
    #expect(bench.world.records.count == 1)
    #expect(record.duration == 70_200)
  }

  @Test("After the BYE: the other party still gets its own, and there is one record")
  func releasing() throws {
    let invite = trunk.invite("bob")
    let offered = try bench.send(invite).request(.invite)
    let answer = try bob.respond(200, to: offered).response(200)
    bench.send(invite.inDialog(.ack, of: answer))
    let bye = try bench.send(invite.inDialog(.bye, of: answer)).request(.bye)
    let record = try #require(bench.world.records.first)
    try bench.restart()
    #expect(bench.world.records == [record, record], "made again, the same to the last bit")
    #expect(bench.advance(by: 600).map(\.bytes) == [bye.bytes])
    bob.respond(200, to: bye)
    bench.expectNothingLeft()
    let position = bench.exchange.log.journal.oldestRetained
    #expect(position == bench.exchange.log.journal.current, "no old segment is needed any more")
  }

  @Test("What was never written down was never said")
  func unwritten() throws {
    bench.disk.writeFault = .system(call: "write", code: 28)
    bench.advance(by: 1)
    let refused = bench.send(trunk.invite("bob"))
    // The first one finds the fault: it goes on, and a crash would lose it.
    #expect(refused.summary == ["100", "INVITE"])
    #expect(bench.send(trunk.invite("bob")).summary == ["503"])
    bench.disk.writeFault = nil
    bench.advance(by: 2_000)
    bench.exchange.heartbeat(now: bench.now)
    bench.exchange.heartbeat(now: bench.now)
    let offered = try bench.send(trunk.invite("bob")).request(.invite)
    #expect(bench.exchange.callCount == 2, "calls in progress went on")
    try bench.restart()
    #expect(bench.exchange.callCount == 2, "and are on record again since the disk is back")
    #expect(bob.respond(180, to: offered).summary == ["180"])
  }

  @Test("A BYE for a phone whose connection is gone waits for its new one (RFC 5626 §5.3)")
  func lostConnection() throws {
    let carol = try BenchPhone(
      bench, "carol", password: "secret3", at: "192.0.2.3:40000", over: .tcp, connection: 1)
    try carol.register()
    let invite = trunk.invite("carol")
    let offered = try bench.send(invite).request(.invite)
    let answer = try carol.respond(200, to: offered).response(200)
    bench.send(invite.inDialog(.ack, of: answer))
    bench.advance(by: 40_000)
    bench.exchange.heartbeat(now: bench.now)
    try bench.restart()
    let bye = try bench.send(invite.inDialog(.bye, of: answer)).request(.bye)
    bench.exchange.sendFailed(try #require(bye.receipt), now: bench.now)
    bench.advance(by: 5_000)
    carol.flow.remote = try #require(IPEndpoint("192.0.2.3:40001"))
    carol.flow.connection = ConnectionID(9)
    let registered = try carol.sendWithDigest(carol.registration()).sent
    #expect(registered.summary == ["200 REGISTER", "BYE"])
    let again = try registered.request(.bye)
    #expect(again.flow == carol.flow)
    #expect(again.bytes == bye.bytes)
    carol.respond(200, to: again)
    bench.expectNothingLeft()
  }

  @Test("A phone that has registered again before is sent its BYE over the new connection at once")
  func renewedBefore() throws {
    let carol = try BenchPhone(
      bench, "carol", password: "secret3", at: "192.0.2.3:40000", over: .tcp, connection: 1)
    try carol.register()
    let invite = trunk.invite("carol")
    let offered = try bench.send(invite).request(.invite)
    let answer = try carol.respond(200, to: offered).response(200)
    bench.send(invite.inDialog(.ack, of: answer))
    carol.flow.remote = try #require(IPEndpoint("192.0.2.3:40001"))
    carol.flow.connection = ConnectionID(9)
    try carol.register()
    let bye = try bench.send(invite.inDialog(.bye, of: answer)).request(.bye)
    #expect(bye.flow.connection == ConnectionID(1))
    let again = bench.fail(try #require(bye.receipt))
    #expect(again.map(\.bytes) == [bye.bytes])
    #expect(again.first?.flow == carol.flow)
    carol.respond(200, to: bye)
    bench.expectNothingLeft()
  }

  @Test("A call is closed in the log only when its record is in the database")
  func recordedLast() throws {
    // Over TCP nothing of a call lingers: the media's report, which comes last, makes the record
    // and ends the call in one step.
    let carol = try BenchPhone(
      bench, "carol", password: "secret3", at: "192.0.2.3:40000", over: .tcp, connection: 1)
    var call = carol.invite("echo")
    let (invite, sent) = try carol.sendWithDigest(call)
    call = invite
    let answer = try sent.response(200)
    bench.send(call.inDialog(.ack, of: answer))
    bench.advance(by: 40_000)
    bench.world.keepsRecords = true
    bench.send(call.inDialog(.bye, of: answer))
    #expect(bench.world.records.count == 1)
    #expect(
      bench.exchange.calls.reduce(0) { count, _ in count + 1 } == 0,
      "the switchboard has forgotten the call")
    try bench.restart()
    #expect(bench.world.records.count == 2, "the record that was on its way is made again")
    #expect(Set(bench.world.records.map(\.id)).count == 1)
  }

  @Test("A node that takes no new calls goes on so after a restart")
  func draining() throws {
    bench.exchange.drain(true, now: bench.now)
    try bench.restart()
    #expect(bench.send(trunk.invite("bob")).summary == ["503"])
    bench.exchange.drain(false, now: bench.now)
    try bench.restart()
    #expect(bench.send(trunk.invite("bob")).summary == ["100", "INVITE"])
  }
}
