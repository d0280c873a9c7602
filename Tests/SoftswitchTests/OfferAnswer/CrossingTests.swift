import SIP
import Testing

@testable import Softswitch

/// Each row of RFC 6337 tables 3 and 4: a second offer reaches us before the answer to the first.
///
/// Where the tables' A is the one who acts, we are A; where they ask something of B, we are B.
/// What the exchange itself never does, by the rules UAC-UI and UAC-IU, is shown by what it does
/// instead.
@Suite("RFC 6337 tables 3 and 4: message crossing and glare")
struct CrossingTests {
  let call: NegotiatedCall
  var alice: CallParty { call.alice }
  var bob: CallParty { call.bob }

  init() throws { call = try NegotiatedCall() }

  /// What is sent while our UPDATE, or our re-INVITE, has no answer.
  private func expect(
    _ status: Int, to method: SIPMethod, while ours: SIPMethod, from side: Side
  ) throws {
    try call.establish()
    let (other, party) = call.parties(side)
    party.send(party.request(ours, body: party.description("inactive", version: 2)))
    let open = try other.hears(ours.name).request(ours)
    other.send(other.request(method, body: other.description("inactive", version: 2)))
    if method == .invite {
      try other.accept(rejection: status, in: other.hears("\(status)"))
    } else {
      try other.hears("\(status) \(method)")
    }
    other.send(other.respond(200, to: open, body: other.description("inactive", version: 2)))
    if ours == .invite {
      try other.hears("ACK")
      #expect(try party.hears("100", "200").last?.direction == "inactive")
      party.acknowledge()
    } else {
      #expect(try party.hears("200 \(ours)").first?.direction == "inactive")
    }
    try call.hangUp(by: side)
  }

  @Test("UPDATE against our UPDATE: 491 (UAS-UcU)", arguments: Side.allCases)
  func updateUpdate(side: Side) throws {
    try expect(491, to: .update, while: .update, from: side)
  }

  @Test("INVITE against our UPDATE: 491 (UAS-UcI)", arguments: Side.allCases)
  func updateInvite(side: Side) throws {
    try expect(491, to: .invite, while: .update, from: side)
  }

  @Test("UPDATE against our INVITE: 491 (UAS-IcU; figures 7, 8)", arguments: Side.allCases)
  func inviteUpdate(side: Side) throws {
    try expect(491, to: .update, while: .invite, from: side)
  }

  @Test("INVITE against our INVITE: 491 (UAS-IcI)", arguments: Side.allCases)
  func inviteInvite(side: Side) throws {
    try expect(491, to: .invite, while: .invite, from: side)
  }

  /// The party's own UPDATE has no answer: both rules ask for 500.
  @Test(
    "A second UPDATE, or an INVITE without an offer, after an UPDATE: 500 (UAS-UsU, UAS-UsI)",
    arguments: Side.allCases, [SIPMethod.update, .invite])
  func afterUpdate(side: Side, method: SIPMethod) throws {
    try call.establish()
    let (party, other) = call.parties(side)
    party.send(party.request(.update, body: party.description("inactive", version: 2)))
    let open = try other.hears("UPDATE").request(.update)
    let isInvite = method == .invite
    party.send(
      party.request(method, body: isInvite ? [] : party.description("sendonly", version: 3)))
    let refused = try party.hears(isInvite ? "500" : "500 UPDATE")
    #expect(try refused.response(500).contains(.retryAfter))
    if isInvite { try party.accept(rejection: 500, in: refused) }
    try other.hears()
    other.send(other.respond(200, to: open, body: other.description("inactive", version: 2)))
    try party.hears("200 UPDATE")
    try call.hangUp(by: side)
  }

  /// RFC 6337 takes 500 here (UAS-IsU); RFC 3311 §5.2 demands 491 while an offer of ours has no
  /// answer, and RFC 5407 §3.1.5 prefers it too.
  @Test(
    "An UPDATE while the offer in our 2xx has no ACK: 491 (figures 5, 12)",
    arguments: Side.allCases)
  func updateBeforeACK(side: Side) throws {
    try call.establish()
    let (party, other) = call.parties(side)
    party.send(party.request(.invite))
    let asked = try other.hears("INVITE").request(.invite)
    other.send(other.respond(200, to: asked, body: other.description("sendonly", version: 2)))
    try party.hears("100", "200")
    party.send(party.request(.update, body: party.description("inactive", version: 2)))
    try party.hears("491 UPDATE")
    try other.hears()
    let number = party.cSeq - 1
    party.acknowledge(number, answer: party.description("recvonly", version: 2))
    #expect(try other.hears("ACK").first?.direction == "recvonly")
    try call.hangUp(by: side)
  }

  /// As above: 491 by RFC 5407 §3.1.5, where the table has 500 (UAS-IsI).
  @Test("An INVITE while the offer in our 2xx has no ACK: 491", arguments: Side.allCases)
  func inviteBeforeACK(side: Side) throws {
    try call.establish()
    let (party, other) = call.parties(side)
    party.send(party.request(.invite))
    let asked = try other.hears("INVITE").request(.invite)
    other.send(other.respond(200, to: asked, body: other.description("sendonly", version: 2)))
    try party.hears("100", "200")
    let number = party.cSeq
    party.send(party.request(.invite, body: party.description("inactive", version: 2)))
    try party.accept(rejection: 491, in: party.hears("491"))
    party.acknowledge(number, answer: party.description("recvonly", version: 2))
    #expect(try other.hears("ACK").first?.direction == "recvonly")
    try call.hangUp(by: side)
  }

  @Test("An UPDATE while the offer in our 1xx-rel has no PRACK: 491 (figure 6)")
  func updateBeforePRACK() throws {
    let invite = try call.invite(withOffer: false)
    bob.send(call.progress(invite, body: bob.description("sendonly")))
    let heard = try alice.hears("183").response(183)
    alice.send(alice.request(.update, body: alice.description("inactive", version: 2)))
    try alice.hears("491 UPDATE")
    alice.send(try call.acknowledgement(of: heard, body: alice.description("recvonly")))
    try alice.hears("200 PRACK")
    let prack = try bob.hears("PRACK").request(.prack)
    #expect(prack.direction == "recvonly")
    bob.send(bob.respond(200, to: prack))
    try call.answerAgreed(invite)
    try call.hangUp()
  }

  /// UAC-IU: what the callee offers does not reach a caller that has not acknowledged the answer
  /// to its own offer, so no PRACK of the caller's can cross an UPDATE of ours.
  @Test("No UPDATE of ours while an answer waits for its PRACK (figures 9, 11)")
  func noUpdateBeforePRACK() throws {
    let invite = try call.invite()
    bob.send(call.progress(invite, body: bob.description("recvonly")))
    bob.send(bob.respond(200, to: try bob.hears("PRACK").request(.prack)))
    bob.send(bob.request(.update, body: bob.description("inactive", version: 2)))
    try bob.hears("504 UPDATE")
    let heard = try alice.hears("183").response(183)
    alice.send(try call.acknowledgement(of: heard))
    try alice.hears("200 PRACK")
    try call.update(by: .callee, version: 3)
    try call.answerAgreed(invite)
    try call.hangUp()
  }

  /// UAC-UI: the caller's INVITE waits outside while our UPDATE to the callee has no answer, so no
  /// 1xx or 2xx with an offer can cross its answer (figures 4, 13).
  @Test("No INVITE of ours while an UPDATE of ours has no answer", arguments: Side.allCases)
  func noInviteDuringUpdate(side: Side) throws {
    try call.establish()
    let (party, other) = call.parties(side)
    party.send(party.request(.update, body: party.description("inactive", version: 2)))
    let open = try other.hears("UPDATE").request(.update)
    // A refresh of the other party's comes in, and goes nowhere.
    other.send(other.request(.invite))
    try other.accept(rejection: 491, in: other.hears("491"))
    try party.hears()
    other.send(other.respond(200, to: open, body: other.description("inactive", version: 2)))
    try party.hears("200 UPDATE")
    try call.hangUp(by: side)
  }
}
