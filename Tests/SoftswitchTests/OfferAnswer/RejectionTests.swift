import SIP
import Testing

@testable import Softswitch

/// Each row of RFC 6337 table 2: an offer that is not acceptable to the other party, and how that
/// is said on the leg that it came from.
@Suite("RFC 6337 table 2: Rejection of an Offer")
struct RejectionTests {
  let call: NegotiatedCall
  var alice: CallParty { call.alice }
  var bob: CallParty { call.bob }

  init() throws { call = try NegotiatedCall() }

  /// A stream that is refused in an answer has port 0 (RFC 3264 §6).
  private func refusal(_ party: CallParty, version: Int = 1) -> [UInt8] {
    party.port = 0
    defer { party.port = 40_000 }
    return party.description("inactive", version: version)
  }

  private func refuses(_ sent: Sent?) -> Bool {
    String(decoding: sent?.message.body ?? [], as: UTF8.self).contains("m=audio 0 ")
  }

  @Test("Patterns 1 and 3: 488 to an initial INVITE")
  func invite() throws {
    let invite = try call.invite()
    bob.send(bob.respond(488, to: invite))
    try bob.hears("ACK")
    try alice.accept(rejection: 488, in: alice.hears("488"))
    try call.call.expectOneRecord()
  }

  @Test("Pattern 1: 488 to a re-INVITE leaves the session as it was", arguments: Side.allCases)
  func modification(side: Side) throws {
    try call.establish()
    let (party, other) = call.parties(side)
    party.send(party.request(.invite, body: party.description("inactive", version: 2)))
    let asked = try other.hears("INVITE").request(.invite)
    other.send(other.respond(488, to: asked))
    try other.hears("ACK")
    try party.accept(rejection: 488, in: party.hears("100", "488"))
    #expect(call.call.isTalking)
    try call.update(by: side, version: 3)
    try call.hangUp(by: side)
  }

  @Test("Pattern 2: an answer in the ACK that refuses the stream, then a new offer")
  func refusingACK() throws {
    let invite = try call.invite(withOffer: false)
    bob.send(
      bob.respond(200, to: invite, body: bob.description(), headers: [NegotiatedCall.allow]))
    try alice.hears("200")
    alice.acknowledge(answer: refusal(alice))
    #expect(try refuses(bob.hears("ACK").first))
    try call.update(by: .caller, version: 2)
    try call.hangUp()
  }

  @Test("Pattern 2: no answer in the ACK ends the dialog on both sides")
  func emptyACK() throws {
    let invite = try call.invite(withOffer: false)
    bob.send(bob.respond(200, to: invite, body: bob.description()))
    try alice.hears("200")
    alice.acknowledge()
    let ending = try bob.hears("ACK", "BYE")
    bob.send(bob.respond(200, to: try ending.request(.bye)))
    try call.call.confirmBye(alice)
    try call.call.expectOneRecord()
  }

  @Test("Pattern 4: an answer in the PRACK that refuses the stream, then a new offer")
  func refusingPRACK() throws {
    let invite = try call.invite(withOffer: false)
    bob.send(call.progress(invite, body: bob.description()))
    let heard = try alice.hears("183").response(183)
    alice.send(try call.acknowledgement(of: heard, body: refusal(alice)))
    try alice.hears("200 PRACK")
    let prack = try bob.hears("PRACK").request(.prack)
    #expect(refuses(prack))
    bob.send(bob.respond(200, to: prack))
    try call.update(by: .caller, version: 2)
    try call.answerAgreed(invite)
    try call.hangUp()
  }

  /// The table has 200 and a new offer, or the end of the dialog; §2.3 knows 488 as well, and a
  /// caller that hears it has its session as it was.
  @Test("Pattern 5: 488 to the PRACK, and the session as it was")
  func prack() throws {
    let invite = try call.invite()
    bob.send(call.progress(invite, body: bob.description("recvonly")))
    bob.send(bob.respond(200, to: try bob.hears("PRACK").request(.prack)))
    let heard = try alice.hears("183").response(183)
    alice.send(
      try call.acknowledgement(of: heard, body: alice.description("inactive", version: 2)))
    let asked = try bob.hears("UPDATE").request(.update)
    bob.send(bob.respond(488, to: asked))
    try alice.hears("488 PRACK")
    try call.answerAgreed(invite)
    try call.hangUp()
  }

  @Test("Pattern 6: 488 to an UPDATE, early and established", arguments: Side.allCases)
  func update(side: Side) throws {
    let invite = try call.agreeEarly()
    let (party, other) = call.parties(side)
    func refuse(version: Int) throws {
      party.send(party.request(.update, body: party.description("inactive", version: version)))
      let asked = try other.hears("UPDATE").request(.update)
      other.send(other.respond(488, to: asked))
      try party.hears("488 UPDATE")
    }
    try refuse(version: 2)
    try call.answerAgreed(invite)
    try refuse(version: 3)
    try call.update(by: side, version: 4)
    try call.hangUp(by: side)
  }

  /// What we cannot read ourselves reaches nobody.
  @Test("Patterns 1 and 6: an offer that nobody can read is refused here: 400, in a call 488")
  func unreadable() throws {
    let nonsense = Array("v=0\r\nthis is none\r\n".utf8)
    alice.send(alice.dial(ScriptedCall.bobURI, offer: nonsense))
    try alice.accept(rejection: 400, in: alice.hears("100", "400"))
    try bob.hears()
    call.call.advance(by: 300_000)
    try call.establish()
    alice.send(alice.request(.invite, body: nonsense))
    try alice.accept(rejection: 488, in: alice.hears("100", "488"))
    alice.send(alice.request(.update, body: nonsense))
    try alice.hears("488 UPDATE")
    try bob.hears()
    #expect(call.call.isTalking)
    try call.expectAgreement()
    alice.send(alice.request(.bye))
    try alice.hears("200 BYE")
    try call.call.confirmBye(bob)
    try call.call.expectOneRecord(besides: 1)
  }
}
