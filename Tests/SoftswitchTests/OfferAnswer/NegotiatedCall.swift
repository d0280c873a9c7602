import SIP
import Testing

@testable import Softswitch

/// Whose message a row of a table is about.
enum Side: String, CaseIterable, CustomTestStringConvertible {
  case caller, callee

  var testDescription: String { rawValue }
}

/// A call whose phones take reliable provisional responses and UPDATE, and say so. Offers are
/// `sendonly` and answers `recvonly`, so that what comes out is seen to be what went in.
struct NegotiatedCall {
  static let allow: (HeaderName, String) = (.allow, "INVITE, ACK, BYE, CANCEL, UPDATE, PRACK")

  let call: ScriptedCall
  var alice: CallParty { call.alice }
  var bob: CallParty { call.bob }

  init() throws { call = try ScriptedCall() }

  func parties(_ side: Side) -> (party: CallParty, other: CallParty) {
    side == .caller ? (alice, bob) : (bob, alice)
  }

  /// An INVITE without a description, or with alice's offer.
  func invite(withOffer: Bool = true) throws -> Sent {
    let offer = withOffer ? alice.description("sendonly") : []
    alice.send(
      alice.dial(
        ScriptedCall.bobURI, offer: offer, headers: [(.supported, "100rel"), Self.allow]))
    try alice.hears("100")
    let invite = try bob.hears("INVITE").request(.invite)
    #expect(invite.direction == (withOffer ? "sendonly" : ""))
    return invite
  }

  /// A reliable 183 of bob's: that with bob's description, if there is one.
  func progress(_ invite: Sent, number: Int = 1, body: [UInt8]) -> [UInt8] {
    bob.respond(
      183, to: invite, body: body,
      headers: [(.require, "100rel"), (.rSeq, "\(number)"), Self.allow])
  }

  /// Alice's PRACK.
  func acknowledgement(of progress: SIPMessage, body: [UInt8] = []) throws -> [UInt8] {
    let number = try #require(progress.rSeq)
    let request = try #require(progress.cSeq)
    return alice.request(
      .prack, body: body, headers: [(.rAck, "\(number) \(request.number) INVITE")])
  }

  /// bob's reliable 183 with the answer, its PRACKs, and so an agreement in an early dialog.
  func agreeEarly() throws -> Sent {
    let invite = try invite()
    bob.send(progress(invite, body: bob.description("recvonly")))
    let prack = try bob.hears("PRACK").request(.prack)
    #expect(prack.message.body.isEmpty)
    bob.send(bob.respond(200, to: prack))
    let heard = try alice.hears("183")
    #expect(heard.first?.direction == "recvonly")
    alice.send(try acknowledgement(of: heard.response(183)))
    try alice.hears("200 PRACK")
    return invite
  }

  /// bob answers what has been agreed on before: nothing is said of it in the 200.
  func answerAgreed(_ invite: Sent) throws {
    bob.send(bob.respond(200, to: invite))
    try bob.hears("ACK")
    #expect(try alice.hears("200").first?.message.body.isEmpty == true)
    alice.acknowledge()
  }

  /// A call that is talked, agreed on by INVITE and 200.
  func establish() throws {
    let invite = try invite()
    bob.send(
      bob.respond(200, to: invite, body: bob.description("recvonly"), headers: [Self.allow]))
    try bob.hears("ACK")
    #expect(try alice.hears("200").first?.direction == "recvonly")
    alice.acknowledge()
  }

  /// An UPDATE with an offer reaches the other party, and its answer comes back.
  func update(by side: Side, version: Int) throws {
    let (party, other) = parties(side)
    party.send(party.request(.update, body: party.description("inactive", version: version)))
    let asked = try other.hears("UPDATE").request(.update)
    #expect(asked.direction == "inactive")
    other.send(other.respond(200, to: asked, body: other.description("inactive", version: version)))
    #expect(try party.hears("200 UPDATE").first?.direction == "inactive")
  }

  /// The description that holds for each party is the one last agreed on.
  func expectAgreement(sourceLocation: SourceLocation = #_sourceLocation) throws {
    for call in call.bench.exchange.calls {
      for leg in call.legs where leg.stage == .confirmed {
        #expect(leg.remote == leg.agreed, sourceLocation: sourceLocation)
      }
    }
  }

  func hangUp(by side: Side = .caller) throws {
    try expectAgreement()
    try call.hangUp(by: parties(side).party)
  }
}
