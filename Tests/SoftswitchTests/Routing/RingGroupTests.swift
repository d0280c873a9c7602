import CallControl
import SIP
import Testing

@testable import Softswitch

@Suite("Ring groups")
struct RingGroupTests {
  private func group(
    _ name: String = "sales", number: String? = "600", _ strategy: RingGroup.Strategy = .parallel,
    _ members: [String] = ["alice", "bob", "carol"], skipsBusy: Bool = false, then: String? = nil
  ) -> RingGroup {
    RingGroup(
      address: AddressOfRecord(user: name, domain: "example.test"), number: number,
      strategy: strategy, members: members, ringTimeout: .seconds(20), skipsBusy: skipsBusy,
      then: then, origin: .configuration)
  }

  @Test(
    "All members ring, whichever way the group is dialled",
    arguments: ["sip:600@example.test", "sip:sales@example.test", "tel:600"])
  func parallel(_ uri: String) throws {
    let world = try RoutingBench(groups: [group()])
    let sent = world.bench.send(world.trunk.invite(uri))
    #expect(world.offered(sent) == ["alice", "bob", "carol"])
    for invite in sent.dropFirst() { world.bench.deliver(ringing(invite), from: invite.flow) }
    let answered = world["bob"].respond(200, to: sent[2])
    #expect(answered.summary.sorted() == ["200", "ACK", "CANCEL", "CANCEL"])
  }

  @Test("A member who refuses leaves the others ringing; nobody takes it: it goes on")
  func overflow() throws {
    let world = try RoutingBench(groups: [group(members: ["alice", "bob"], then: "dave")])
    let sent = world.bench.send(world.trunk.invite("600"))
    #expect(world["alice"].respond(603, to: sent[1]).summary == ["ACK"])
    world["bob"].respond(180, to: sent[2])
    let next = world.bench.advance(by: 20_000)
    #expect(next.summary == ["CANCEL", "181", "INVITE"])
    #expect(world.offered(next) == ["dave"])
  }

  @Test("One member after the other, each for its time; who has no phone is passed over")
  func serial() throws {
    let world = try RoutingBench(
      groups: [group(.serial, ["alice", "dave", "bob", "carol"], then: "*43")],
      phonesOf: ["alice", "bob", "carol"])
    let first = world.bench.send(world.trunk.invite("sales"))
    #expect(world.offered(first) == ["alice"])
    world["alice"].respond(180, to: try first.request(.invite))
    let second = world.bench.advance(by: 20_000)
    #expect(second.summary == ["CANCEL", "INVITE"])
    #expect(world.offered(second) == ["bob"])
    let third = world["bob"].respond(486, to: try second.request(.invite))
    #expect(world.offered(third) == ["carol"])
    try world.bench.restart()
    let last = world["carol"].respond(603, to: try third.request(.invite))
    #expect(last.summary == ["ACK", "181", "200"], "the echo test answers")
  }

  @Test("Whoever is not to be disturbed, has calls enough, or is busy, is passed over")
  func passedOver() throws {
    let world = try RoutingBench(
      ["alice": SubscriberSettings(doNotDisturb: true), "bob": .forwarding(always: "dave")],
      groups: [group(skipsBusy: true)])
    let busy = try world.bench.send(world.trunk.invite("carol")).request(.invite)
    #expect(world.offered(world.bench.send(world.trunk.invite("600"))) == ["bob"])
    world["carol"].respond(486, to: busy)
    #expect(
      world.offered(world.bench.send(world.trunk.invite("600"))) == ["carol"],
      "bob's phone rings for the first call; forwarding of members is not followed")
  }

  @Test("A group without a free member is busy, one without phones unavailable")
  func nobody() throws {
    let silent = try RoutingBench(groups: [group()], phonesOf: [])
    #expect(silent.bench.send(silent.trunk.invite("600")).summary == ["100", "480"])
    let quiet = SubscriberSettings(doNotDisturb: true)
    let disturbed = try RoutingBench(
      ["alice": quiet, "bob": quiet, "carol": quiet], groups: [group()])
    #expect(disturbed.bench.send(disturbed.trunk.invite("600")).summary == ["100", "486"])
  }

  @Test("Groups in groups: each member once, a circle is no trouble")
  func nested() throws {
    let world = try RoutingBench(groups: [
      group("sales", number: "600", .parallel, ["alice", "601"]),
      group("support", number: "601", .parallel, ["bob", "sales", "alice", "nobody"]),
    ])
    #expect(world.offered(world.bench.send(world.trunk.invite("600"))) == ["alice", "bob"])
  }

  @Test("A member who calls the group does not ring")
  func ownCall() throws {
    let world = try RoutingBench(groups: [group(.parallel, ["alice", "bob"])])
    let sent = try world["alice"].sendWithDigest(world["alice"].invite("600")).sent
    #expect(world.offered(sent) == ["bob"])
  }

  @Test("Groups that send calls to each other end")
  func circle() throws {
    let world = try RoutingBench(
      groups: [
        group("sales", number: "600", .parallel, ["alice"], then: "support"),
        group("support", number: "601", .serial, ["bob"], then: "600"),
      ])
    let first = world.bench.send(world.trunk.invite("600"))
    let second = world["alice"].respond(486, to: try first.request(.invite))
    #expect(world.offered(second) == ["bob"])
    let end = world["bob"].respond(486, to: try second.request(.invite))
    #expect(end.summary == ["ACK", "486"])
    world.bench.expectNothingLeft()
  }

  @Test("Names and numbers that are taken are a conflict")
  func conflicts() {
    for taken in [group("bob", number: nil), group("x", number: "carol")] {
      #expect(throws: SubscriberConflict.self) {
        try RoutingBench(groups: [taken])
      }
    }
    #expect(throws: SubscriberConflict.self) {
      try RoutingBench(groups: [group("x"), group("y")])
    }
  }

  private func ringing(_ invite: Sent) -> [UInt8] {
    MessageWriter.response(to: invite.message, status: 180, toTag: "r\(invite.flow.remote)")
      .finish()
  }

  private func group(members: [String], then: String) -> RingGroup {
    group(.parallel, members, then: then)
  }

  private func group(
    _ strategy: RingGroup.Strategy, _ members: [String], then: String? = nil
  ) -> RingGroup {
    group("sales", strategy, members, then: then)
  }
}
