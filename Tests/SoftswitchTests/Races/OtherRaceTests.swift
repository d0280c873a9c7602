import SIP
import Testing

@testable import Softswitch

/// RFC 5407 §3.3: races of sessions, on both sides of the exchange.
@Suite("RFC 5407 §3.3: Other Race Conditions")
struct OtherRaceTests {
  let call: ScriptedCall
  var alice: CallParty { call.alice }
  var bob: CallParty { call.bob }
  private let takesUpdate: [(HeaderName, String)] = [
    (.allow, "INVITE, ACK, BYE, CANCEL, UPDATE")
  ]

  init() throws { call = try ScriptedCall() }

  private func ends(_ isAlice: Bool) -> (CallParty, CallParty) {
    isAlice ? (alice, bob) : (bob, alice)
  }

  /// The offer of one party reaches the other, and its answer comes back.
  private func change(
    by party: CallParty, in method: SIPMethod = .invite, _ direction: String, _ answer: String,
    version: Int
  ) throws {
    let other = party === alice ? bob : alice
    party.send(party.request(method, body: party.description(direction, version: version)))
    let asked = try other.hears(method.name).request(method)
    #expect(asked.direction == direction)
    other.send(other.respond(200, to: asked, body: other.description(answer, version: version)))
    if method == .invite {
      try other.hears("ACK")
      #expect(try party.hears("100", "200").last?.direction == answer)
      party.acknowledge()
    } else {
      #expect(try party.hears("200 \(method)").last?.direction == answer)
    }
  }

  @Test(
    "§3.3.1 Re-INVITE Crossover", arguments: [false, true], [false, true])
  func modifications(aliceIsFirst: Bool, crashes: Bool) throws {
    try call.connect()
    let (first, second) = ends(aliceIsFirst)
    first.send(first.request(.invite, body: first.description("sendonly", version: 2)))
    try call.restart(if: crashes)
    second.send(second.request(.invite, body: second.description(version: 2)))
    // Ours reached the second while its own was on the way: 491 from both.
    let crossed = try second.hears("INVITE", "491")
    second.send(second.respond(491, to: try crossed.request(.invite)))
    try second.accept(rejection: 491, in: crossed)
    try second.hears("ACK")
    try first.accept(rejection: 491, in: first.hears("100", "491"))
    #expect(call.isTalking, "the session is as it was")
    // Whoever does not own the Call-ID comes again first, then the other (RFC 3261 §14.1).
    call.advance(by: 1500)
    try change(by: second, "sendrecv", "sendrecv", version: 3)
    call.advance(by: 1500)
    try change(by: first, "sendonly", "recvonly", version: 4)
    try call.hangUp(by: first)
  }

  @Test(
    "§3.3.2 UPDATE and re-INVITE Crossover", arguments: [false, true], [false, true])
  func update(aliceIsFirst: Bool, crashes: Bool) throws {
    try call.connect(headers: takesUpdate)
    let (first, second) = ends(aliceIsFirst)
    first.send(first.request(.update, body: first.description("sendonly", version: 2)))
    try call.restart(if: crashes)
    second.send(second.request(.invite, body: second.description(version: 2)))
    let crossed = try second.hears("UPDATE", "491")
    second.send(second.respond(491, to: try crossed.request(.update)))
    try second.accept(rejection: 491, in: crossed)
    try first.hears("491 UPDATE")
    call.advance(by: 1500)
    try change(by: second, "sendrecv", "sendrecv", version: 3)
    call.advance(by: 1500)
    try change(by: first, in: .update, "sendonly", "recvonly", version: 4)
    try call.hangUp(by: first)
  }

  @Test(
    "§3.3.2 UPDATE without an offer and re-INVITE: both succeed", arguments: [false, true])
  func updateWithoutOffer(aliceIsFirst: Bool) throws {
    try call.connect(headers: takesUpdate)
    let (first, second) = ends(aliceIsFirst)
    second.send(second.request(.invite, body: second.description(version: 2)))
    first.send(first.request(.update))
    let crossed = try first.hears("INVITE", "200 UPDATE").request(.invite)
    first.send(first.respond(200, to: crossed, body: first.description(version: 2)))
    try first.hears("ACK")
    try second.hears("100", "200")
    second.acknowledge()
    try call.hangUp(by: second)
  }

  @Test(
    "§3.3.3 Receiving REFER (Established State) While in the Mortal State",
    arguments: [false, true], [false, true])
  func refer(aliceIsFirst: Bool, crashes: Bool) throws {
    try call.connect()
    let (first, second) = ends(aliceIsFirst)
    first.send(first.request(.bye))
    try first.hears("200 BYE")
    try call.restart(if: crashes)
    let target = [(HeaderName("Refer-To"), "<sip:carol@example.test>")]
    second.send(second.request(.refer, headers: target))
    let crossed = try second.hears("BYE", "481 REFER")
    second.send(second.respond(200, to: try crossed.request(.bye)))
    try call.expectOneRecord()
  }

  // What only an element between two dialogs knows: one is established before the other.

  @Test(
    "A re-INVITE of the callee's before the caller's ACK has come: 491, and then it succeeds",
    arguments: [false, true])
  func calleeIsQuicker(crashes: Bool) throws {
    let invite = try call.ring()
    bob.send(bob.respond(200, to: invite, body: bob.description()))
    try bob.hears("ACK")
    try call.restart(if: crashes)
    bob.send(bob.request(.invite, body: bob.description("sendonly", version: 2)))
    try bob.accept(rejection: 491, in: bob.hears("491"))
    try alice.hears("200")
    alice.acknowledge()
    call.advance(by: 1500)
    try change(by: bob, "sendonly", "recvonly", version: 3)
    try call.hangUp(by: alice)
  }

  @Test("A re-INVITE that is taken back while its answer comes back", arguments: [false, true])
  func cancelledModification(aliceAsks: Bool) throws {
    try call.connect()
    let (party, other) = ends(aliceAsks)
    party.send(party.request(.invite, body: party.description("sendonly", version: 2)))
    let asked = try other.hears("INVITE").request(.invite)
    other.send(other.respond(180, to: asked))
    let answer = other.respond(200, to: asked, body: other.description("recvonly", version: 2))
    party.send(try party.hopByHop(.cancel))
    other.send(answer)
    // What was quicker than the CANCEL stands on both sides (RFC 3261 §9.2).
    let ending = try other.hears("CANCEL", "ACK")
    other.send(other.respond(200, to: try ending.request(.cancel)))
    #expect(try party.hears("100", "200 CANCEL", "200").last?.direction == "recvonly")
    party.acknowledge()
    try call.hangUp(by: party)
  }
}
