import SIP
import Testing

@testable import Softswitch

/// RFC 5407 §3.2, on both sides of the exchange: a dialog is in the Mortal state from its BYE on.
@Suite("RFC 5407 §3.2: Receiving Message in the Mortal State")
struct MortalTests {
  let call: ScriptedCall
  var alice: CallParty { call.alice }
  var bob: CallParty { call.bob }

  init() throws { call = try ScriptedCall() }

  /// One end and the other.
  private func ends(_ isAlice: Bool) -> (CallParty, CallParty) {
    isAlice ? (alice, bob) : (bob, alice)
  }

  @Test(
    "§3.2.1 UA Receives BYE (Established State) While in the Mortal State",
    arguments: [false, true], [false, true])
  func bye(aliceIsFirst: Bool, crashes: Bool) throws {
    try call.connect()
    let (first, second) = ends(aliceIsFirst)
    first.send(first.request(.bye))
    try first.hears("200 BYE")
    try call.restart(if: crashes)
    second.send(second.request(.bye))
    let crossed = try second.hears("BYE", "200 BYE")
    second.send(second.respond(200, to: try crossed.request(.bye)))
    try first.hears()
    try call.expectOneRecord()
  }

  @Test(
    "§3.2.2 UA Receives re-INVITE (Established State) While in the Mortal State",
    arguments: [false, true], [false, true])
  func modification(aliceIsFirst: Bool, crashes: Bool) throws {
    try call.connect()
    let (first, second) = ends(aliceIsFirst)
    first.send(first.request(.bye))
    try first.hears("200 BYE")
    try call.restart(if: crashes)
    second.send(second.request(.invite, body: second.description("sendonly", version: 2)))
    let crossed = try second.hears("BYE", "481")
    second.send(second.respond(200, to: try crossed.request(.bye)))
    try second.accept(rejection: 481, in: crossed)
    try first.hears()
    try call.expectOneRecord()
  }

  /// We are Alice of the RFC: our 200 to the re-INVITE crosses the BYE.
  @Test(
    "§3.2.3 UA Receives 200 OK for re-INVITE While in the Mortal State: the one that answers",
    arguments: [false, true], [false, true])
  func acknowledgementOfModification(aliceIsFirst: Bool, crashes: Bool) throws {
    try call.connect()
    let (other, party) = ends(aliceIsFirst)
    party.send(party.request(.invite, body: party.description(version: 2)))
    let asked = try other.hears("INVITE").request(.invite)
    other.send(other.respond(200, to: asked, body: other.description(version: 2)))
    try other.hears("ACK")
    party.send(party.request(.bye))
    try party.hears("100", "200", "200 BYE")
    try call.confirmBye(other)
    try call.restart(if: crashes)
    party.acknowledge()
    #expect(!call.isTalking)
    let repeats = party.repeats.count
    call.advance(by: 10_000)
    #expect(party.repeats.count == repeats, "the 200 is not repeated after the BYE")
    try call.expectOneRecord()
  }

  @Test(
    "§3.2.3 with the offer in the 200: the INVITE is acknowledged, though its answer never comes",
    arguments: [false, true], [false, true])
  func acknowledgementOfOffer(aliceIsFirst: Bool, crashes: Bool) throws {
    try call.connect()
    let (other, party) = ends(aliceIsFirst)
    party.send(party.request(.invite))
    let asked = try other.hears("INVITE").request(.invite)
    other.send(other.respond(200, to: asked, body: other.description(version: 2)))
    party.send(party.request(.bye))
    try party.hears("100", "200", "200 BYE")
    try call.restart(if: crashes)
    let ending = try other.hears("ACK", "BYE")
    other.send(other.respond(200, to: try ending.request(.bye)))
    party.acknowledge(answer: party.description(version: 2))
    #expect(!call.isTalking)
    try call.expectOneRecord()
  }

  /// We are Bob of the RFC: the 200 to our re-INVITE comes after our BYE has left.
  @Test(
    "§3.2.3 UA Receives 200 OK for re-INVITE While in the Mortal State: the one that asked",
    arguments: [false, true], [false, true])
  func lateAnswer(aliceIsFirst: Bool, crashes: Bool) throws {
    try call.connect()
    let (other, party) = ends(aliceIsFirst)
    party.send(party.request(.invite, body: party.description(version: 2)))
    party.send(party.request(.bye))
    try party.accept(rejection: 487, in: party.hears("100", "200 BYE", "487"))
    let asked = try other.hears("INVITE", "BYE")
    try call.restart(if: crashes)
    other.send(
      other.respond(200, to: try asked.request(.invite), body: other.description(version: 2)))
    let acknowledged = try other.hears("ACK")
    #expect(!call.isTalking)
    other.send(other.respond(200, to: try asked.request(.bye)))
    // Appendix D: for 64·T1 after the 2xx its repetition finds our ACK.
    call.advance(by: 20_000)
    other.send(
      other.respond(200, to: try asked.request(.invite), body: other.description(version: 2)))
    #expect(other.repeats.last?.bytes == acknowledged.first?.bytes)
    try call.expectOneRecord()
  }

  /// A callee that hangs up at once: its BYE crosses our ACK, and towards the caller the BYE waits
  /// for the ACK (RFC 3261 §15), so that there the race cannot come about.
  @Test(
    "§3.2.4 Callee Receives ACK (Moratorium State) While in the Mortal State",
    arguments: [false, true], [false, true])
  func acknowledgement(withOffer: Bool, crashes: Bool) throws {
    let offered = try call.ring(withOffer: withOffer)
    bob.send(bob.respond(200, to: offered, body: bob.description()))
    bob.send(bob.request(.bye))
    // The answer in the caller's ACK comes too late for ours, which leaves all the same.
    _ = withOffer ? try bob.hears("ACK", "200 BYE") : try bob.hears("200 BYE", "ACK")
    try alice.hears("200")
    try call.restart(if: crashes)
    alice.acknowledge(answer: withOffer ? [] : alice.description())
    #expect(!call.isTalking, "the answer in the ACK is not looked at")
    try call.confirmBye(alice)
    try bob.hears()
    try call.expectOneRecord()
  }

  @Test("§3.2.4 with the caller's ACK lost for good: the BYE leaves when its time is over")
  func acknowledgementLost() throws {
    let offered = try call.ring()
    bob.send(bob.respond(200, to: offered, body: bob.description()))
    bob.send(bob.request(.bye))
    try bob.hears("ACK", "200 BYE")
    try alice.hears("200")
    call.advance(by: 31_000)
    try alice.hears()
    call.advance(by: 1000)
    try call.confirmBye(alice)
    try call.expectOneRecord()
  }
}
