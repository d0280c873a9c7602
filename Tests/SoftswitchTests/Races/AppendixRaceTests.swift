import SIP
import Testing

@testable import Softswitch

/// The races that the appendices of RFC 5407 tell of.
@Suite("RFC 5407: the appendices")
struct AppendixRaceTests {
  let call: ScriptedCall
  var alice: CallParty { call.alice }
  var bob: CallParty { call.bob }

  init() throws { call = try ScriptedCall() }

  /// We are the proxy of the RFC, and more than that: a caller knows our one early dialog, so its
  /// BYE ends it, and with it the call for each of the phones that ring.
  @Test("Appendix A: BYE in the Early Dialog", arguments: [false, true])
  func earlyBye(crashes: Bool) throws {
    let carol = try call.secondPhone()
    alice.send(alice.dial(ScriptedCall.bobURI))
    let toBob = try bob.hears("INVITE").request(.invite)
    let toCarol = try carol.hears("INVITE").request(.invite)
    bob.send(bob.respond(180, to: toBob))
    carol.send(carol.respond(180, to: toCarol))
    try alice.hears("100", "180")
    alice.send(alice.request(.bye))
    let ended = try alice.hears("200 BYE", "487")
    try alice.accept(rejection: 487, in: ended)
    try call.restart(if: crashes)
    // Carol's answer crosses our CANCEL.
    carol.send(carol.respond(200, to: toCarol, body: carol.description()))
    let late = try carol.hears("CANCEL", "ACK", "BYE")
    carol.send(carol.respond(200, to: try late.request(.cancel)))
    carol.send(carol.respond(200, to: try late.request(.bye)))
    bob.send(bob.respond(200, to: try bob.hears("CANCEL").request(.cancel)))
    bob.send(bob.respond(487, to: toBob))
    try bob.hears("ACK")
    try call.expectOneRecord(besides: 2)
  }

  @Test(
    "Appendix B: BYE Request Overlapping with re-INVITE", arguments: [false, true], [false, true])
  func overlapping(isAlice: Bool, crashes: Bool) throws {
    try call.connect()
    let (party, other) = isAlice ? (alice, bob) : (bob, alice)
    // The first sending of it is lost.
    let modification = party.request(.invite, body: party.description("sendonly", version: 2))
    party.send(party.request(.bye))
    try party.hears("200 BYE")
    try call.restart(if: crashes)
    party.send(modification)
    try party.accept(rejection: 481, in: party.hears("481"))
    try call.confirmBye(other)
    try call.expectOneRecord()
  }

  @Test("Appendix C: CANCEL in the Early state: 487 at once", arguments: [false, true])
  func cancel(crashes: Bool) throws {
    let offered = try call.ring()
    alice.send(try alice.hopByHop(.cancel))
    let cancelled = try alice.hears("200 CANCEL", "487")
    try call.restart(if: crashes)
    try alice.accept(rejection: 487, in: cancelled)
    let cancel = try bob.hears("CANCEL").request(.cancel)
    bob.send(bob.respond(200, to: cancel))
    bob.send(bob.respond(487, to: offered))
    try bob.hears("ACK")
    try call.expectOneRecord()
  }

  @Test("Appendix D: in the Mortal state only a BYE is accepted", arguments: [false, true])
  func mortal(isAlice: Bool) throws {
    try call.connect()
    let (party, other) = isAlice ? (alice, bob) : (bob, alice)
    party.send(party.request(.bye))
    try party.hears("200 BYE")
    let bye = try other.hears("BYE").request(.bye)
    for method in [SIPMethod.info, .update, .message, .options] {
      other.send(other.request(method))
      try other.hears("481 \(method)")
    }
    other.send(other.request(.bye))
    try other.hears("200 BYE")
    other.send(other.respond(200, to: bye))
    try call.expectOneRecord()
  }

  /// We have no password to give a phone: the BYE is done with, and so is the call.
  @Test("Appendix D: a challenge to our BYE is its end", arguments: [401, 407])
  func challengedBye(status: Int) throws {
    try call.connect()
    alice.send(alice.request(.bye))
    try alice.hears("200 BYE")
    let bye = try bob.hears("BYE").request(.bye)
    let header = status == 401 ? HeaderName.wwwAuthenticate : .proxyAuthenticate
    bob.send(bob.respond(status, to: bye, headers: [(header, "Digest realm=\"b\", nonce=\"1\"")]))
    try call.expectOneRecord()
  }
}

/// Appendix E: a proxy behind bob's contact forks, and we are its user agent client.
@Suite("RFC 5407 Appendix E: Forking and Receiving New To Tags")
struct NewToTagTests {
  let call: ScriptedCall
  var alice: CallParty { call.alice }
  var bob: CallParty { call.bob }

  init() throws { call = try ScriptedCall() }

  private func answer(_ tag: String, _ invite: Sent) {
    bob.send(bob.respond(200, to: invite, body: bob.description(), tag: tag))
  }

  /// Dialog B was answered too late: acknowledged and ended.
  private func expectDisposal(of tag: String) throws {
    let late = try bob.hears("ACK", "BYE")
    for one in late { #expect(one.message.toTag == tag) }
    bob.send(bob.respond(200, to: try late.request(.bye)))
    #expect(call.isTalking, "dialog A is as it was")
  }

  private func end() throws {
    alice.send(alice.request(.bye))
    try alice.hears("200 BYE")
    let bye = try bob.hears("BYE").request(.bye)
    #expect(bye.message.toTag == "A")
    bob.send(bob.respond(200, to: bye))
    try call.expectOneRecord()
  }

  @Test("Figure 4: 1xx with different To tags", arguments: [false, true])
  func provisionals(crashes: Bool) throws {
    let invite = try call.offer()
    bob.send(bob.respond(180, to: invite, tag: "A"))
    bob.send(bob.respond(180, to: invite, tag: "B"))
    try call.restart(if: crashes)
    answer("A", invite)
    #expect(try bob.hears("ACK").first?.message.toTag == "A")
    try alice.hears("180", "200")
    alice.acknowledge()
    call.advance(by: 40_000)
    try bob.hears()
    try end()
  }

  @Test("Figure 5: 1xx and 2xx with different To tags", arguments: [false, true])
  func answers(crashes: Bool) throws {
    let invite = try call.offer()
    bob.send(bob.respond(180, to: invite, tag: "A"))
    bob.send(bob.respond(180, to: invite, tag: "B"))
    answer("A", invite)
    #expect(try bob.hears("ACK").first?.message.toTag == "A")
    try alice.hears("180", "200")
    alice.acknowledge()
    try call.restart(if: crashes)
    answer("B", invite)
    try expectDisposal(of: "B")
    try end()
  }

  @Test("Figure 6: 2xx with different To tags", arguments: [false, true])
  func unannounced(crashes: Bool) throws {
    let invite = try call.offer()
    bob.send(bob.respond(180, to: invite, tag: "A"))
    answer("A", invite)
    try bob.hears("ACK")
    try alice.hears("180", "200")
    alice.acknowledge()
    try call.restart(if: crashes)
    answer("B", invite)
    try expectDisposal(of: "B")
    try end()
  }

  @Test("Figure 7: a reliable 1xx of another To tag after the answer", arguments: [false, true])
  func reliable(crashes: Bool) throws {
    let invite = try call.offer()
    bob.send(bob.respond(180, to: invite, tag: "A"))
    answer("A", invite)
    try bob.hears("ACK")
    try alice.hears("180", "200")
    alice.acknowledge()
    try call.restart(if: crashes)
    let headers = [(HeaderName.require, "100rel"), (HeaderName.rSeq, "1")]
    bob.send(bob.respond(180, to: invite, headers: headers, tag: "B"))
    let prack = try bob.hears("PRACK").request(.prack)
    #expect(prack.message.toTag == "B")
    bob.send(bob.respond(200, to: prack, tag: "B"))
    #expect(call.isTalking)
    try end()
  }
}
