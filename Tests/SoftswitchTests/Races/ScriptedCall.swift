import SIP
import Testing

@testable import Softswitch

/// Alice, whose address is trusted, and bob, who is registered, with the exchange between them:
/// it is the callee of the one and the caller of the other, so each script of two user agents can
/// be played on either side.
struct ScriptedCall {
  static let bobURI = "sip:bob@example.test"

  let bench: ExchangeBench
  let inboxes: Inboxes
  let alice: CallParty
  let bob: CallParty

  /// - Parameter subscriber: alice is no trusted peer but a phone of ours, which is asked for its
  ///   password.
  init(subscriber: Bool = false) throws {
    bench = try ExchangeBench()
    inboxes = Inboxes(bench)
    alice = CallParty(
      "alice", domain: subscriber ? "example.test" : "carrier.test",
      at: subscriber ? try bench.alice().flow : ExchangeBench.gateway, inboxes)
    let phone = try bench.bob()
    try phone.register()
    bob = CallParty("bob", domain: "example.test", at: phone.flow, inboxes)
  }

  /// Another phone of bob's, which rings along with the first.
  func secondPhone() throws -> CallParty {
    let phone = try bench.bob(at: "192.0.2.3:5060", contact: "sip:carol@192.0.2.3:5060")
    try phone.register()
    return CallParty("carol", domain: "example.test", at: phone.flow, inboxes)
  }

  func restart(if crashes: Bool) throws {
    if crashes { try inboxes.restart() }
  }

  func advance(by milliseconds: Int64) { inboxes.advance(by: milliseconds) }

  var isTalking: Bool { !bench.world.openStreams.isEmpty }

  // Parts that many scripts begin and end with

  /// Alice's INVITE, as bob's phone has it.
  func offer(
    withOffer: Bool = true, headers: [(HeaderName, String)] = []
  ) throws -> Sent {
    alice.send(alice.dial(Self.bobURI, offer: withOffer ? nil : [], headers: headers))
    try alice.hears("100")
    let invite = try bob.hears("INVITE").request(.invite)
    #expect(invite.message.body.isEmpty != withOffer)
    return invite
  }

  /// The call rings.
  func ring(withOffer: Bool = true, headers: [(HeaderName, String)] = []) throws -> Sent {
    let invite = try offer(withOffer: withOffer, headers: headers)
    bob.send(bob.respond(180, to: invite))
    try alice.hears("180")
    return invite
  }

  /// The call is talked.
  func connect(headers: [(HeaderName, String)] = []) throws {
    let invite = try ring(headers: headers)
    bob.send(bob.respond(200, to: invite, body: bob.description(), headers: headers))
    try bob.hears("ACK")
    try alice.hears("200")
    alice.acknowledge()
    try alice.hears()
    #expect(isTalking)
  }

  /// Both INVITEs have been talked through; now somebody hangs up and nothing is left.
  func hangUp(
    by party: CallParty, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let other = party === alice ? bob : alice
    party.send(party.request(.bye))
    try party.hears("200 BYE", sourceLocation: sourceLocation)
    try confirmBye(other, sourceLocation: sourceLocation)
    try expectOneRecord(sourceLocation: sourceLocation)
  }

  /// A party hears the BYE and confirms it.
  func confirmBye(
    _ party: CallParty, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let bye = try party.hears("BYE", sourceLocation: sourceLocation).request(.bye)
    party.send(party.respond(200, to: bye))
  }

  /// Nothing is left of the call but its record, and that of each phone that was tried besides, and
  /// nobody hears anything more.
  func expectOneRecord(
    besides others: Int = 0, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    advance(by: 300_000)
    try alice.hears(sourceLocation: sourceLocation)
    try bob.hears(sourceLocation: sourceLocation)
    bench.expectNothingLeft(sourceLocation: sourceLocation)
    #expect(
      Set(bench.world.records.map(\.id)).count == 1 + others, sourceLocation: sourceLocation)
  }
}
