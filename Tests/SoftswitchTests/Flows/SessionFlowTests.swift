import SIP
import Testing

@testable import Softswitch

/// RFC 3665 §3, the flows that come to an answer.
///
/// We stand where the RFC has its proxies, one or all of them. As a back-to-back user agent we
/// have a dialog with each side: what each phone sees is the RFC's sequence, but Call-IDs and tags
/// are of each side's own, one Via is ours where the RFC shows several, Contact is ours in place of
/// Record-Route, and ACK and BYE pass through us also where the RFC's proxies step aside.
@Suite("RFC 3665 §3: SIP Session Establishment")
struct SessionFlowTests {
  let call: ScriptedCall
  var alice: CallParty { call.alice }
  var bob: CallParty { call.bob }
  /// What answers alice's challenges.
  let credentials: BenchPhone

  init() throws {
    call = try ScriptedCall(subscriber: true)
    credentials = try call.bench.alice()
  }

  /// Alice calls, is asked who she is, and calls again: her INVITE, 407, ACK and INVITE.
  private func dial(
    withOffer: Bool = true, headers: [(HeaderName, String)] = []
  ) throws -> Sent {
    let offer = withOffer ? nil : [UInt8]()
    alice.send(alice.dial(ScriptedCall.bobURI, offer: offer, headers: headers))
    let challenge = try alice.hears("407")
    try alice.accept(rejection: 407, in: challenge)
    let answer = try credentials.digest.credentials(
      challenge.response(407).rows(.proxyAuthenticate), method: .invite, uri: ScriptedCall.bobURI)
    alice.send(
      alice.dial(
        ScriptedCall.bobURI, offer: offer,
        headers: headers + [(.proxyAuthorization, answer.text)]))
    let invite = try bob.hears("INVITE").request(.invite)
    #expect(!invite.message.contains(.proxyAuthorization), "credentials stay with us")
    try alice.hears("100")
    return invite
  }

  /// 180, 200 and ACK on both sides.
  private func answer(_ invite: Sent) throws {
    bob.send(bob.respond(180, to: invite))
    try alice.hears("180")
    bob.send(bob.respond(200, to: invite, body: bob.description()))
    try bob.hears("ACK")
    #expect(try alice.hears("200").first?.direction == "sendrecv")
    alice.acknowledge()
    #expect(call.isTalking)
  }

  @Test("§3.1 Successful Session Establishment")
  func successful() throws {
    // Between two phones that ask for no password: alice's is trusted here.
    let call = try ScriptedCall()
    try call.connect()
    try call.hangUp(by: call.bob)
  }

  @Test("§3.2 Session Establishment Through Two Proxies")
  func twoProxies() throws {
    let invite = try dial(headers: [(.route, "<sip:198.51.100.1;lr>")])
    #expect(!invite.message.contains(.route), "the Route was ours")
    try answer(invite)
    try call.hangUp(by: bob)
  }

  /// Proxy 1 is ours. Proxy 2's challenge is of a realm that alice's credentials for us do not
  /// fit, and a back-to-back user agent has none of its own: she is told 403, not 407.
  @Test("§3.3 Session with Multiple Proxy Authentication")
  func twoChallenges() throws {
    let invite = try dial()
    let challenge = "Digest realm=\"biloxi.example.com\", nonce=\"c1e22c41ae6cbe5ae983a9c8e88d359\""
    bob.send(bob.respond(407, to: invite, headers: [(.proxyAuthenticate, challenge)]))
    try bob.hears("ACK")
    let refused = try alice.hears("403")
    #expect(try !refused.response(403).contains(.proxyAuthenticate))
    try alice.accept(rejection: 403, in: refused)
    try call.expectOneRecord()
  }

  /// What alice sends to the proxy that is down reaches nobody; we are her second one.
  @Test("§3.4 Successful Session with Proxy Failure")
  func proxyFailure() throws {
    _ = alice.dial(ScriptedCall.bobURI)
    call.advance(by: 32_000)
    try answer(dial())
    try call.hangUp(by: bob)
  }

  @Test("§3.5 Session Through a SIP ALG")
  func gateway() throws {
    let invite = try dial(headers: [(.route, "<sip:198.51.100.1;lr>")])
    // The ALG of the RFC is what we are: it rewrites Contact and description on the way.
    #expect(invite.message.contacts.first?.uri.text.contains("198.51.100.1") == true)
    let offer = String(decoding: invite.message.body, as: UTF8.self)
    #expect(offer.contains("c=IN IP4 198.51.100.1") && !offer.contains("192.0.2.1"))
    bob.send(bob.respond(180, to: invite))
    try alice.hears("180")
    bob.send(bob.respond(200, to: invite, body: bob.description()))
    try bob.hears("ACK")
    let answered = try alice.hears("200").response(200)
    #expect(answered.contacts.first?.uri.text.contains("198.51.100.1") == true)
    let description = String(decoding: answered.body, as: UTF8.self)
    #expect(description.contains("c=IN IP4 198.51.100.1") && !description.contains("192.0.2.2"))
    alice.acknowledge()
    try call.hangUp(by: alice)
  }

  /// The redirect server is somebody else's; her next INVITE comes to us, without a description.
  @Test("§3.6 Session via Redirect and Proxy Servers with SDP in ACK")
  func descriptionInACK() throws {
    let invite = try dial(withOffer: false)
    #expect(invite.message.body.isEmpty)
    bob.send(bob.respond(180, to: invite))
    try alice.hears("180")
    bob.send(bob.respond(200, to: invite, body: bob.description()))
    #expect(try alice.hears("200").first?.direction == "sendrecv", "the offer is in the 200")
    try bob.hears()
    alice.acknowledge(answer: alice.description())
    #expect(try bob.hears("ACK").first?.direction == "sendrecv", "and the answer in the ACK")
    #expect(call.isTalking)
    try call.hangUp(by: bob)
  }

  @Test("§3.7 Session with re-INVITE (IP Address Change)")
  func addressChange() throws {
    try answer(dial())
    // Bob's phone is somewhere else now, signalling and media.
    bob.flow.remote = try #require(.init("192.0.2.99:5062"))
    bob.contact = "sip:bob@192.0.2.99:5062"
    bob.send(bob.request(.invite, body: bob.description(version: 2)))
    let asked = try alice.hears("INVITE").request(.invite)
    #expect(asked.message.contacts.first?.uri.text.contains("198.51.100.1") == true)
    alice.send(alice.respond(200, to: asked, body: alice.description(version: 2)))
    try alice.hears("ACK")
    try bob.hears("100", "200")
    bob.acknowledge()
    alice.send(alice.request(.bye))
    try alice.hears("200 BYE")
    let bye = try bob.hears("BYE").request(.bye)
    #expect(bye.message.requestURIText == "sip:bob@192.0.2.99:5062")
    #expect(bye.flow.remote == bob.flow.remote)
    bob.send(bob.respond(200, to: bye))
    try call.expectOneRecord()
  }

  @Test("§3.8 Unsuccessful No Answer")
  func noAnswer() throws {
    let invite = try dial()
    bob.send(bob.respond(180, to: invite))
    try alice.hears("180")
    alice.send(try alice.hopByHop(.cancel))
    let cancelled = try alice.hears("200 CANCEL", "487")
    try alice.accept(rejection: 487, in: cancelled)
    let cancel = try bob.hears("CANCEL").request(.cancel)
    bob.send(bob.respond(200, to: cancel))
    bob.send(bob.respond(487, to: invite))
    try bob.hears("ACK")
    try call.expectOneRecord()
  }

  @Test("§3.9 Unsuccessful Busy")
  func busy() throws {
    let invite = try dial()
    bob.send(bob.respond(486, to: invite))
    try bob.hears("ACK")
    try alice.accept(rejection: 486, in: alice.hears("486"))
    try call.expectOneRecord()
  }

  /// The RFC's proxy says 480; RFC 3261 §16.8 has 408 for a phone from which nothing came.
  @Test("§3.10 Unsuccessful No Response from User Agent")
  func noResponse() throws {
    _ = try dial()
    call.advance(by: 32_000)
    #expect(bob.repeats.map(\.summary) == Array(repeating: "INVITE", count: 6), "Timer A")
    try alice.accept(rejection: 408, in: alice.hears("408"))
    try call.expectOneRecord()
  }

  @Test("§3.11 Unsuccessful Temporarily Unavailable")
  func temporarilyUnavailable() throws {
    let invite = try dial()
    bob.send(bob.respond(180, to: invite))
    try alice.hears("180")
    bob.send(bob.respond(480, to: invite))
    try bob.hears("ACK")
    try alice.accept(rejection: 480, in: alice.hears("480"))
    try call.expectOneRecord()
  }
}
