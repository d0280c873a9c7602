import SIP
import Testing

@testable import Softswitch

/// Each row of RFC 6337 table 1 through the exchange: a pattern of messages on one leg, and what
/// comes out at the other. `Ini`, `Est` and `Early` are the table's columns.
@Suite("RFC 6337 table 1: SIP Usage of the Offer/Answer Model")
struct PatternTests {
  let call: NegotiatedCall
  var alice: CallParty { call.alice }
  var bob: CallParty { call.bob }

  init() throws { call = try NegotiatedCall() }

  @Test("Pattern 1 Ini: offer in INVITE, answer in 2xx")
  func inviteInitial() throws {
    try call.establish()
    try call.hangUp()
  }

  @Test("Pattern 1 Est: offer in INVITE, answer in 2xx", arguments: Side.allCases)
  func inviteEstablished(side: Side) throws {
    try call.establish()
    let (party, other) = call.parties(side)
    party.send(party.request(.invite, body: party.description("inactive", version: 2)))
    let asked = try other.hears("INVITE").request(.invite)
    #expect(asked.direction == "inactive")
    other.send(other.respond(200, to: asked, body: other.description("inactive", version: 2)))
    #expect(try other.hears("ACK").first?.direction == "")
    #expect(try party.hears("100", "200").last?.direction == "inactive")
    party.acknowledge()
    try call.hangUp(by: side)
  }

  @Test("Pattern 2 Ini: offer in 2xx, answer in ACK")
  func answerInACKInitial() throws {
    let invite = try call.invite(withOffer: false)
    bob.send(bob.respond(200, to: invite, body: bob.description("sendonly")))
    #expect(try alice.hears("200").first?.direction == "sendonly")
    try bob.hears()
    alice.acknowledge(answer: alice.description("recvonly"))
    #expect(try bob.hears("ACK").first?.direction == "recvonly")
    try call.hangUp()
  }

  @Test("Pattern 2 Est: offer in 2xx, answer in ACK", arguments: Side.allCases)
  func answerInACKEstablished(side: Side) throws {
    try call.establish()
    let (party, other) = call.parties(side)
    party.send(party.request(.invite))
    let asked = try other.hears("INVITE").request(.invite)
    #expect(asked.message.body.isEmpty)
    other.send(other.respond(200, to: asked, body: other.description("sendonly", version: 2)))
    #expect(try party.hears("100", "200").last?.direction == "sendonly")
    party.acknowledge(answer: party.description("recvonly", version: 2))
    #expect(try other.hears("ACK").first?.direction == "recvonly")
    try call.hangUp(by: side)
  }

  @Test("Pattern 3 Ini: offer in INVITE, answer in 1xx-rel")
  func reliableAnswer() throws {
    let invite = try call.agreeEarly()
    try call.answerAgreed(invite)
    try call.hangUp()
  }

  @Test("Pattern 4 Ini: offer in 1xx-rel, answer in PRACK")
  func reliableOffer() throws {
    let invite = try call.invite(withOffer: false)
    bob.send(call.progress(invite, body: bob.description("sendonly")))
    let heard = try alice.hears("183")
    #expect(heard.first?.direction == "sendonly")
    try bob.hears()
    alice.send(
      try call.acknowledgement(of: heard.response(183), body: alice.description("recvonly")))
    try alice.hears("200 PRACK")
    let prack = try bob.hears("PRACK").request(.prack)
    #expect(prack.direction == "recvonly")
    bob.send(bob.respond(200, to: prack))
    try call.answerAgreed(invite)
    try call.hangUp()
  }

  /// Both need 100rel in a re-INVITE, in which we neither ask for it nor use it: those phones use
  /// patterns 1 and 2.
  @Test("Patterns 3, 4 and 5 Est are not used: no re-INVITE of ours supports 100rel")
  func reliableEstablished() throws {
    try call.establish()
    alice.send(
      alice.request(
        .invite, body: alice.description("inactive", version: 2),
        headers: [(.supported, "100rel"), NegotiatedCall.allow]))
    let asked = try bob.hears("INVITE").request(.invite)
    #expect(!asked.message.lists("100rel", in: .supported))
    #expect(!asked.message.lists("100rel", in: .require))
    bob.send(bob.respond(183, to: asked, body: bob.description("inactive", version: 2)))
    bob.send(bob.respond(200, to: asked, body: bob.description("inactive", version: 2)))
    try bob.hears("ACK")
    let heard = try alice.hears("100", "200")
    #expect(heard.last?.direction == "inactive")
    alice.acknowledge()
    try call.hangUp()
  }

  /// We have no strong reason to expect that the phone accepts it in a PRACK, so it goes on in an
  /// UPDATE (RFC 6337 §3.2).
  @Test("Pattern 5 Early: offer in PRACK, answer in its 200")
  func prack() throws {
    let invite = try call.invite()
    bob.send(call.progress(invite, body: bob.description("recvonly")))
    bob.send(bob.respond(200, to: try bob.hears("PRACK").request(.prack)))
    let heard = try alice.hears("183").response(183)
    alice.send(
      try call.acknowledgement(of: heard, body: alice.description("inactive", version: 2)))
    let asked = try bob.hears("UPDATE").request(.update)
    #expect(asked.direction == "inactive")
    bob.send(bob.respond(200, to: asked, body: bob.description("inactive", version: 2)))
    #expect(try alice.hears("200 PRACK").first?.direction == "inactive")
    try call.answerAgreed(invite)
    try call.hangUp()
  }

  @Test("Pattern 6 Early: offer in UPDATE, answer in its 2xx", arguments: Side.allCases)
  func updateEarly(side: Side) throws {
    let invite = try call.agreeEarly()
    try call.update(by: side, version: 2)
    try call.answerAgreed(invite)
    try call.hangUp()
  }

  @Test("Pattern 6 Est: offer in UPDATE, answer in its 2xx", arguments: Side.allCases)
  func updateEstablished(side: Side) throws {
    try call.establish()
    try call.update(by: side, version: 2)
    try call.hangUp(by: side)
  }

  // What the table says N to

  @Test(
    "Patterns 1 to 4 not in an early dialog: a second INVITE is refused", arguments: Side.allCases)
  func inviteEarly(side: Side) throws {
    let invite = try call.agreeEarly()
    let (party, other) = call.parties(side)
    party.send(party.request(.invite, body: party.description("inactive", version: 2)))
    // 500 to whose own INVITE is open, 491 where ours is (RFC 3261 §14.2).
    let status = side == .caller ? 500 : 491
    let refused = try party.hears("\(status)")
    #expect(try refused.response(status).contains(.retryAfter) == (side == .caller))
    try party.accept(rejection: status, in: refused)
    try other.hears()
    try call.answerAgreed(invite)
    if side == .caller { alice.acknowledge(1) }
    try call.hangUp()
  }

  @Test("Pattern 5 not Ini: no offer in the PRACK of a response without an answer")
  func prackInitial() throws {
    let invite = try call.invite()
    bob.send(bob.respond(180, to: invite))
    try alice.hears("180")
    let made = alice.request(
      .prack, body: alice.description("inactive", version: 2), headers: [(.rAck, "1 1 INVITE")])
    alice.send(made)
    try alice.hears("481 PRACK")
    try bob.hears()
    bob.send(bob.respond(200, to: invite, body: bob.description("recvonly")))
    try bob.hears("ACK")
    try alice.hears("200")
    alice.acknowledge()
    try call.hangUp()
  }

  @Test(
    "Pattern 6 not Ini: no offer in an UPDATE before the first answer", arguments: Side.allCases)
  func updateInitial(side: Side) throws {
    let invite = try call.invite()
    bob.send(bob.respond(180, to: invite))
    try alice.hears("180")
    let (party, other) = call.parties(side)
    party.send(party.request(.update, body: party.description("inactive", version: 2)))
    // The caller's own offer has no answer; to the callee, ours has none (RFC 3311 §5.2).
    try party.hears(side == .caller ? "500 UPDATE" : "491 UPDATE")
    try other.hears()
    bob.send(bob.respond(200, to: invite, body: bob.description("recvonly")))
    try bob.hears("ACK")
    #expect(try alice.hears("200").first?.direction == "recvonly")
    alice.acknowledge()
    try call.hangUp()
  }
}
