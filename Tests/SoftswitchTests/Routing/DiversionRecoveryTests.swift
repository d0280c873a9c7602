import SIP
import Testing

@testable import CallControl
@testable import Softswitch

@Suite("A call that is being sent on outlives the process")
struct DiversionRecoveryTests {
  @Test("Before the next phone's INVITE has left, and after")
  func restart() throws {
    let world = try RoutingBench(["bob": .forwarding(busy: "carol")])
    let invite = world.trunk.invite("bob")
    let first = try world.bench.send(invite).request(.invite)
    let sent = world["bob"].respond(486, to: first)
    let offered = try sent.request(.invite)
    let again = try world.bench.restart()
    #expect(again.contains { $0.bytes == offered.bytes }, "\(again.summary)")
    #expect(again.contains { $0.message.statusCode == 181 }, "the last word to the caller")
    world["carol"].respond(180, to: offered)
    try world.bench.restart()
    let answer = try world["carol"].respond(200, to: offered).response(200)
    world.bench.send(invite.inDialog(.ack, of: answer))
    let bye = world.bench.send(invite.inDialog(.bye, of: answer))
    world["carol"].respond(200, to: try bye.request(.bye))
    world.bench.expectNothingLeft()
    let record = try #require(world.bench.world.records.last)
    #expect(record.calleeUser == "carol@example.test" || record.parent != nil)
  }

  @Test("Where it goes next was asked, and the answer is not on record: it is asked again")
  func asked() throws {
    let world = try RoutingBench(["bob": .forwarding(busy: "carol")])
    world.bench.send(world.trunk.invite("bob"))
    var call = try #require(world.bench.exchange.calls.first { _ in true })
    call.apply(.leg(LegID(1), .staged(.ended)))
    call.apply(.failed(CallFailure(status: 486, reason: "Busy Here", party: "bob@example.test")))
    call.apply(.rerouting(RouteInquiry(reason: .busy)))
    let box = CallBox(call)
    var step = CallStep(
      box, context: world.bench.exchange.switchboard.context, now: world.bench.now)
    step.take(.recovered(lastHeard: world.bench.now.wall))
    #expect(step.actions.contains(.route))
    let route = world.bench.exchange.route(box.call, now: world.bench.now)
    guard case .diverted(let diversions, then: .targets(let groups, limit: nil)) = route else {
      Issue.record("\(route)")
      return
    }
    #expect(diversions.map(\.to) == ["sip:carol@example.test"])
    #expect(groups.map { $0.map(\.party) } == [["carol@example.test"]])
  }

  @Test("Snapshots of a call that was sent on are the call")
  func snapshot() throws {
    let world = try RoutingBench([
      "bob": .forwarding(noAnswer: "carol", after: .seconds(5)),
      "carol": .forwarding(busy: "dave"),
    ])
    let first = try world.bench.send(world.trunk.invite("bob")).request(.invite)
    world["bob"].respond(180, to: first)
    try expectSnapshot(world)
    let second = try world.bench.advance(by: 5_000).request(.invite)
    try expectSnapshot(world)
    let third = try world["carol"].respond(486, to: second).request(.invite)
    world["dave"].respond(183, to: third)
    try expectSnapshot(world)
    world["dave"].respond(200, to: third)
    try expectSnapshot(world)
  }

  private func expectSnapshot(_ world: RoutingBench) throws {
    let call = try #require(world.bench.exchange.calls.first { _ in true })
    var bytes: [UInt8] = []
    call.encodeSnapshot(at: world.bench.now, into: &bytes)
    #expect(try Call.decodeSnapshot(bytes[...], version: callLogVersion) == call)
  }
}
