import SIP
import Testing

@testable import Softswitch

/// The two sequences in which RFC 6337 shows all that 100rel allows, from a phone's side; on the
/// caller's side the same descriptions come out, once each.
@Suite("RFC 6337 §3.1: Offer/Answer for the INVITE method with 100rel Extension")
struct ReliableSequenceTests {
  let call: NegotiatedCall
  var alice: CallParty { call.alice }
  var bob: CallParty { call.bob }

  init() throws { call = try NegotiatedCall() }

  private func acknowledged(_ progress: [UInt8]) throws {
    bob.send(progress)
    bob.send(bob.respond(200, to: try bob.hears("PRACK").request(.prack)))
  }

  /// Descriptions after the answer are there in spite of the RFC's advice, as it says that a UAC
  /// is to be prepared for them.
  @Test("§3.1.1 INVITE Request with SDP (figure 1)", arguments: [false, true])
  func withOffer(talksOn: Bool) throws {
    let again = talksOn ? bob.description("inactive", version: 2) : []
    let invite = try call.invite()
    bob.send(bob.respond(183, to: invite, body: bob.description("recvonly")))
    // To a caller that takes it reliably, the preview is the answer already.
    let preview = try alice.hears("183")
    #expect(preview.first?.direction == "recvonly")
    alice.send(try call.acknowledgement(of: preview.response(183)))
    try alice.hears("200 PRACK")
    try acknowledged(
      bob.respond(180, to: invite, headers: [(.require, "100rel"), (.rSeq, "1")]))
    try alice.hears("180")
    // The phone's answer is still to come: what the caller offers now could not be passed on.
    alice.send(alice.request(.update, body: alice.description("inactive", version: 2)))
    try alice.hears("504 UPDATE")
    try acknowledged(call.progress(invite, number: 2, body: bob.description("recvonly")))
    let answer = try alice.hears("183")
    alice.send(try call.acknowledgement(of: answer.response(183)))
    try alice.hears("200 PRACK")
    try acknowledged(call.progress(invite, number: 3, body: again))
    let later = try alice.hears("183")
    #expect(later.first?.message.body.isEmpty == true, "one answer to one offer")
    try call.update(by: .caller, version: 3)
    bob.send(bob.respond(200, to: invite, body: again))
    try bob.hears("ACK")
    #expect(try alice.hears("200").first?.message.body.isEmpty == true)
    alice.acknowledge()
    try call.hangUp()
  }

  @Test("§3.1.2 INVITE Request without SDP (figure 2)", arguments: [false, true])
  func withoutOffer(talksOn: Bool) throws {
    let again = talksOn ? bob.description("inactive", version: 2) : []
    let invite = try call.invite(withOffer: false)
    bob.send(bob.respond(180, to: invite))
    try alice.hears("180")
    bob.send(call.progress(invite, body: bob.description("sendonly")))
    let offer = try alice.hears("183")
    #expect(offer.first?.direction == "sendonly")
    alice.send(
      try call.acknowledgement(of: offer.response(183), body: alice.description("recvonly")))
    try alice.hears("200 PRACK")
    let prack = try bob.hears("PRACK").request(.prack)
    #expect(prack.direction == "recvonly")
    bob.send(bob.respond(200, to: prack))
    try acknowledged(call.progress(invite, number: 2, body: again))
    #expect(try alice.hears("183").first?.message.body.isEmpty == true)
    try call.update(by: .caller, version: 2)
    bob.send(bob.respond(200, to: invite, body: again))
    try bob.hears("ACK")
    #expect(try alice.hears("200").first?.message.body.isEmpty == true)
    alice.acknowledge()
    try call.hangUp()
  }
}
