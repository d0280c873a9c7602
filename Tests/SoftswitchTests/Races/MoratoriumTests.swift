import SIP
import Testing

@testable import Softswitch

/// RFC 5407 §3.1, on both sides of the exchange, each also with a crash in the middle of it.
///
/// "We" are Bob of the RFC towards alice's phone, and Alice of the RFC towards bob's. A dialog is
/// in the Moratorium state from its 2xx to the ACK.
@Suite("RFC 5407 §3.1: Receiving Message in the Moratorium State")
struct MoratoriumTests {
  let call: ScriptedCall
  var alice: CallParty { call.alice }
  var bob: CallParty { call.bob }

  init() throws { call = try ScriptedCall() }

  @Test(
    "§3.1.1 Callee Receives Initial INVITE Retransmission While in the Moratorium State: callee",
    arguments: [false, true])
  func retransmissionToUs(crashes: Bool) throws {
    let invite = alice.dial(ScriptedCall.bobURI)
    alice.send(invite)
    let offered = try bob.hears("INVITE").request(.invite)
    bob.send(bob.respond(180, to: offered))
    alice.loses("100", "180")
    bob.send(bob.respond(200, to: offered, body: bob.description()))
    try bob.hears("ACK")
    try call.restart(if: crashes)
    alice.send(invite)
    try alice.hears("200")
    try bob.hears()
    #expect(call.bench.exchange.callCount == 1, "no new call")
    alice.acknowledge()
    call.advance(by: 40_000)
    try alice.hears()
    #expect(call.isTalking, "the ACK was for the 200 that was repeated")
    try call.hangUp(by: alice)
  }

  @Test(
    "§3.1.1 Callee Receives Initial INVITE Retransmission While in the Moratorium State: caller",
    arguments: [false, true])
  func retransmissionFromUs(crashes: Bool) throws {
    let offered = try call.offer()
    // bob's 180 is lost, and Timer A runs.
    try call.restart(if: crashes)
    call.advance(by: 500)
    #expect(bob.repeats.last?.bytes == offered.bytes, "the same INVITE")
    let answer = bob.respond(200, to: offered, body: bob.description())
    bob.send(answer)
    let acknowledged = try bob.hears("ACK")
    try alice.hears("200")
    alice.acknowledge()
    // A phone may repeat its 200 when the INVITE comes again.
    bob.send(answer)
    #expect(bob.repeats.last?.bytes == acknowledged.first?.bytes)
    try call.hangUp(by: bob)
  }

  @Test(
    "§3.1.2 Callee Receives CANCEL (Early State) While in the Moratorium State: callee",
    arguments: [false, true])
  func cancelToUs(crashes: Bool) throws {
    let offered = try call.ring()
    let cancel = try alice.hopByHop(.cancel)
    bob.send(bob.respond(200, to: offered, body: bob.description()))
    try bob.hears("ACK")
    try call.restart(if: crashes)
    alice.send(cancel)
    try alice.hears("200", "200 CANCEL")
    try bob.hears()
    #expect(call.isTalking, "a CANCEL changes nothing in a confirmed dialog")
    alice.acknowledge()
    try call.hangUp(by: alice)
  }

  @Test(
    "§3.1.2 Callee Receives CANCEL (Early State) While in the Moratorium State: caller",
    arguments: [false, true])
  func cancelFromUs(crashes: Bool) throws {
    let offered = try call.ring()
    let answer = bob.respond(200, to: offered, body: bob.description())
    alice.send(try alice.hopByHop(.cancel))
    let cancelled = try alice.hears("200 CANCEL", "487")
    try alice.accept(rejection: 487, in: cancelled)
    try call.restart(if: crashes)
    bob.send(answer)
    let ending = try bob.hears("CANCEL", "ACK", "BYE")
    bob.send(bob.respond(200, to: try ending.request(.cancel)))
    bob.send(bob.respond(200, to: try ending.request(.bye)))
    #expect(!call.isTalking)
    try call.expectOneRecord()
    #expect(call.bench.world.records.first?.answer == nil)
  }

  /// The other way round there is no such race: we end an early dialog with CANCEL alone.
  @Test(
    "§3.1.3 Callee Receives BYE (Early State) While in the Moratorium State",
    arguments: [false, true])
  func byeToUs(crashes: Bool) throws {
    let offered = try call.ring()
    let bye = alice.request(.bye)
    bob.send(bob.respond(200, to: offered, body: bob.description()))
    try bob.hears("ACK")
    try call.restart(if: crashes)
    alice.send(bye)
    try alice.hears("200", "200 BYE")
    try call.confirmBye(bob)
    #expect(!call.isTalking)
    let repeats = alice.repeats.count
    call.advance(by: 5000)
    #expect(alice.repeats.count == repeats, "whoever hangs up is not sent the 200 again")
    alice.acknowledge(1)
    #expect(!call.isTalking, "the ACK ends the INVITE, and no session begins")
    try call.expectOneRecord()
  }

  @Test(
    "§3.1.4 Callee Receives re-INVITE While in the Moratorium State (Case 1): callee",
    arguments: [false, true])
  func modificationToUs(crashes: Bool) throws {
    let offered = try call.ring()
    bob.send(bob.respond(200, to: offered, body: bob.description()))
    try bob.hears("ACK")
    try alice.hears("200")
    // alice's ACK is lost; our 200 comes again while her re-INVITE is on its way.
    try call.restart(if: crashes)
    call.advance(by: 500)
    #expect(alice.repeats.last?.summary == "200")
    alice.send(alice.request(.invite, body: alice.description("sendonly", version: 2)))
    let hold = try bob.hears("INVITE").request(.invite)
    #expect(hold.direction == "sendonly")
    alice.acknowledge(1)
    bob.send(bob.respond(200, to: hold, body: bob.description("recvonly", version: 2)))
    try bob.hears("ACK")
    let held = try alice.hears("100", "200")
    #expect(held.last?.direction == "recvonly")
    alice.acknowledge(2)
    let repeats = alice.repeats.count
    call.advance(by: 40_000)
    #expect(alice.repeats.count == repeats, "both INVITEs are done with")
    #expect(call.isTalking)
    try call.hangUp(by: alice)
  }

  @Test(
    "§3.1.4 Callee Receives re-INVITE While in the Moratorium State (Case 1): caller",
    arguments: [false, true])
  func modificationFromUs(crashes: Bool) throws {
    let offered = try call.ring()
    let answer = bob.respond(200, to: offered, body: bob.description())
    bob.send(answer)
    let lost = try bob.hears("ACK")
    try alice.hears("200")
    alice.acknowledge()
    alice.send(alice.request(.invite, body: alice.description("sendonly", version: 2)))
    let hold = try bob.hears("INVITE").request(.invite)
    try call.restart(if: crashes)
    bob.send(answer)
    #expect(bob.repeats.last?.bytes == lost.first?.bytes, "the ACK of the first INVITE again")
    bob.send(bob.respond(200, to: hold, body: bob.description("recvonly", version: 2)))
    try bob.hears("ACK")
    try alice.hears("100", "200")
    alice.acknowledge()
    try call.hangUp(by: bob)
  }

  @Test(
    "§3.1.5 Callee Receives re-INVITE While in the Moratorium State (Case 2): callee",
    arguments: [false, true])
  func secondOfferToUs(crashes: Bool) throws {
    let offered = try call.ring(withOffer: false)
    bob.send(bob.respond(200, to: offered, body: bob.description()))
    let late = try alice.hears("200")
    #expect(late.first?.direction == "sendrecv", "the offer is in the 200")
    try call.restart(if: crashes)
    // The ACK with the answer is lost, so our offer is still open.
    alice.send(alice.request(.invite, body: alice.description("sendonly", version: 2)))
    try alice.accept(rejection: 491, in: alice.hears("491"))
    try bob.hears()
    alice.acknowledge(1, answer: alice.description())
    #expect(try bob.hears("ACK").first?.direction == "sendrecv")
    #expect(call.isTalking)
    alice.send(alice.request(.invite, body: alice.description("sendonly", version: 2)))
    let hold = try bob.hears("INVITE").request(.invite)
    bob.send(bob.respond(200, to: hold, body: bob.description("recvonly", version: 2)))
    try bob.hears("ACK")
    try alice.hears("100", "200")
    alice.acknowledge()
    try call.hangUp(by: alice)
  }

  @Test(
    "§3.1.5 Callee Receives re-INVITE While in the Moratorium State (Case 2): caller",
    arguments: [false, true])
  func secondOfferFromUs(crashes: Bool) throws {
    let offered = try call.ring(withOffer: false)
    let answer = bob.respond(200, to: offered, body: bob.description())
    bob.send(answer)
    try alice.hears("200")
    alice.acknowledge(answer: alice.description())
    let lost = try bob.hears("ACK")
    #expect(lost.first?.direction == "sendrecv", "the answer is in the ACK")
    alice.send(alice.request(.invite, body: alice.description("sendonly", version: 2)))
    let hold = try bob.hears("INVITE").request(.invite)
    try call.restart(if: crashes)
    bob.send(answer)
    #expect(bob.repeats.last?.bytes == lost.first?.bytes, "the ACK with the answer again")
    bob.send(bob.respond(491, to: hold))
    try bob.hears("ACK")
    try alice.accept(rejection: 491, in: alice.hears("100", "491"))
    #expect(call.isTalking)
    try call.hangUp(by: bob)
  }

  @Test(
    "§3.1.6 Callee Receives BYE (Established State) While in the Moratorium State: callee",
    arguments: [false, true], [false, true])
  func establishedByeToUs(crashes: Bool, withOffer: Bool) throws {
    let offered = try call.ring(withOffer: withOffer)
    bob.send(bob.respond(200, to: offered, body: bob.description()))
    try alice.hears("200")
    // alice's ACK is lost.
    call.advance(by: 500)
    #expect(alice.repeats.last?.summary == "200")
    try call.restart(if: crashes)
    alice.send(alice.request(.bye))
    try alice.hears("200 BYE")
    let ending = try bob.hears("ACK", "BYE")
    bob.send(bob.respond(200, to: try ending.request(.bye)))
    alice.acknowledge(1, answer: withOffer ? [] : alice.description())
    #expect(!call.isTalking, "no session begins with a late ACK")
    let repeats = alice.repeats.count
    call.advance(by: 40_000)
    #expect(alice.repeats.count == repeats, "the 200 is repeated no more")
    try call.expectOneRecord()
  }

  @Test(
    "§3.1.6 Callee Receives BYE (Established State) While in the Moratorium State: caller",
    arguments: [false, true])
  func establishedByeFromUs(crashes: Bool) throws {
    let offered = try call.ring()
    let answer = bob.respond(200, to: offered, body: bob.description())
    bob.send(answer)
    let lost = try bob.hears("ACK")
    try alice.hears("200")
    alice.acknowledge()
    alice.send(alice.request(.bye))
    try alice.hears("200 BYE")
    let bye = try bob.hears("BYE").request(.bye)
    try call.restart(if: crashes)
    bob.send(answer)
    #expect(bob.repeats.last?.bytes == lost.first?.bytes, "acknowledged, in the Mortal state too")
    #expect(!call.isTalking, "the session is not established again")
    bob.send(bob.respond(200, to: bye))
    try call.expectOneRecord()
  }
}
