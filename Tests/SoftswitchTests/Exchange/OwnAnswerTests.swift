import SIP
import Testing

@testable import Softswitch

@Suite("What the exchange answers before any call does")
struct OwnAnswerTests {
  private let bench: ExchangeBench
  private let trunk: BenchPhone
  private let bob: BenchPhone

  init() throws {
    bench = try ExchangeBench()
    trunk = try bench.trunk()
    bob = try bench.bob()
    try bob.register()
  }

  /// A request in a dialog that nobody has.
  private func stray(_ method: SIPMethod) -> PhoneRequest {
    var request = trunk.request(method, "sip:198.51.100.1:5060")
    request.to = "<sip:bob@example.test>;tag=gone"
    return request
  }

  @Test(
    "A request of a dialog that is not there is answered 481",
    arguments: [SIPMethod.bye, .invite, .info, .options, .message])
  func noDialog(_ method: SIPMethod) {
    #expect(bench.send(stray(method)).finalStatus == 481, "RFC 3261 §12.2.2, §15.1.2")
  }

  @Test("A CANCEL of nothing is answered 481")
  func nothingToCancel() {
    #expect(bench.send(trunk.invite("bob").hopByHop(.cancel)).summary == ["481 CANCEL"], "§9.2")
  }

  @Test("A stray ACK is met with silence")
  func strayAck() {
    #expect(bench.send(stray(.ack)).isEmpty, "RFC 3261 §8.2.7")
    #expect(bench.send(trunk.request(.ack, "sip:bob@example.test")).isEmpty)
  }

  @Test("A stray response is met with silence, however much it looks like one of ours")
  func strayResponse() throws {
    let offered = try bench.send(trunk.invite("bob")).request(.invite)
    let dropped = bench.exchange.counters.dropped
    for (field, value) in [
      (HeaderName.via, "SIP/2.0/UDP 198.51.100.1:5060;branch=z9hG4bKnobody"),
      (.callID, "somebody-else"),
    ] {
      var forged = try SIPMessage(
        MessageWriter.response(to: offered.message, status: 200, toTag: "x").finish())
      forged.set(field, value)
      #expect(bench.deliver(forged.bytes, from: bob.flow).isEmpty, "RFC 3261 §17.1.3")
    }
    #expect(bench.exchange.counters.dropped == dropped + 2)
    #expect(bob.respond(180, to: offered).summary == ["180"], "the call is none the worse")
  }

  @Test("Octets that are no SIP message are met with silence")
  func noMessage() {
    for text in ["", "\r\n", "hello", "GET / HTTP/1.1\r\n\r\n"] {
      #expect(bench.deliver(Array(text.utf8), from: trunk.flow).isEmpty)
    }
  }

  @Test("A request without hops left goes no further", arguments: [SIPMethod.invite, .message])
  func noHops(_ method: SIPMethod) {
    var request = trunk.request(method, "sip:bob@example.test")
    request.contact = "<\(trunk.contact)>"
    request.maxForwards = 0
    #expect(bench.send(request).finalStatus == 483, "RFC 3261 §16.3 step 3")
    request.maxForwards = 1
    request.branch += "2"
    #expect(bench.send(request).finalStatus != 483)
  }

  @Test("An OPTIONS is for the node itself, whatever hops are left")
  func options() throws {
    var options = trunk.request(.options, "sip:198.51.100.1")
    options.maxForwards = 0
    let answer = try bench.send(options).response(200)
    #expect(answer.lists("INVITE", in: .allow), "RFC 3261 §11.2")
    #expect(answer.lists("application/sdp", in: .accept))
  }

  @Test("The same INVITE by another way is merged")
  func merged() {
    let invite = trunk.invite("bob")
    #expect(bench.send(invite).summary == ["100", "INVITE"])
    var other = invite
    other.branch += "b"
    #expect(bench.send(other).summary == ["482"], "RFC 3261 §8.2.2.2")
    #expect(bench.exchange.callCount == 1)
  }

  @Test("A binding that points at ourselves ends in 482, not in a circle")
  func loop() throws {
    let mirror = try BenchPhone(
      bench, "carol", password: "secret3", at: "198.51.100.1:5060",
      contact: "sip:carol@198.51.100.1:5060")
    try mirror.register()
    let outward = try bench.send(trunk.invite("carol")).request(.invite)
    #expect(outward.flow == mirror.flow)
    let refused = bench.deliver(outward.bytes, from: mirror.flow)
    try #require(refused.summary == ["482"], "RFC 3261 §16.3 step 4")
    let end = bench.deliver(refused[0].bytes, from: mirror.flow)
    try #require(end.summary == ["ACK", "482"], "and the caller hears of it")
    #expect(end[1].flow == trunk.flow)
  }

  @Test(
    "Retransmissions get the same answer, of which nothing is kept",
    arguments: [SIPMethod.options, .notify, .bye, .info, .refer, SIPMethod("FROBNICATE")])
  func identical(_ method: SIPMethod) throws {
    let request = trunk.request(method, "sip:bob@example.test")
    let (first, second) = (bench.send(request), bench.send(request))
    try #require(first.count == 1)
    #expect(first.map(\.bytes) == second.map(\.bytes), "RFC 3261 §8.2.7")
    #expect(first[0].receipt == nil)
    #expect(try #require(first[0].message.toTag).utf8.count >= 7, "§19.3: 32 random bits")
    var other = request
    other.branch += "2"
    #expect(bench.send(other).first?.message.toTag != first[0].message.toTag)
  }

  @Test("A challenge to a retransmission has another nonce and the same tag")
  func challengedAgain() {
    let invite = bob.invite("alice")
    let (first, second) = (bench.send(invite), bench.send(invite))
    #expect(first.summary == ["407"])
    #expect(first.map(\.message.toTag) == second.map(\.message.toTag), "RFC 3261 §8.2.7")
    #expect(first.map(\.bytes) != second.map(\.bytes))
  }

  @Test(
    "An INVITE is refused when what it carries, or takes, is no session description",
    arguments: [
      (HeaderName.contentType, "text/plain", 415, "§8.2.3"),
      (.accept, "text/plain", 406, "§21.4.7"), (.accept, "", 406, "§20.1"),
      (.accept, "text/plain, application/SDP;level=1", 486, "§20.1"),
      (.accept, "application/*", 486, "§20.1"), (.accept, "*/*;q=0.1", 486, "§20.1"),
    ])
  func contents(_ name: HeaderName, _ value: String, _ status: Int, _ section: String) throws {
    var invite = try SIPMessage(trunk.invite("bob").bytes)
    invite.set(name, value)
    var sent = bench.deliver(invite.bytes, from: trunk.flow)
    if status == 486 { sent = bob.respond(486, to: try sent.request(.invite)) }
    #expect(sent.finalStatus == status, "RFC 3261 \(section)")
    if status == 415 { #expect(try sent.response(415).rows(.accept) == ["application/sdp"]) }
  }

  @Test("Without a Contact only a client of RFC 2543 may call, and is called back by its From")
  func noContact() throws {
    var invite = trunk.invite("bob")
    invite.contact = nil
    #expect(bench.send(invite).summary == ["400"], "RFC 3261 §8.1.1.8")
    invite.callID += "2"
    var old = try SIPMessage(invite.bytes)
    old.set(.via, "SIP/2.0/UDP \(trunk.flow.remote)")
    let offered = try bench.deliver(old.bytes, from: trunk.flow).request(.invite)
    let answered = bob.respond(200, to: offered)
    let answer = try answered.response(200)
    bench.send(invite.inDialog(.ack, of: answer))
    let end = try bench.hangUpAll().request(.bye)
    #expect(end.flow == trunk.flow)
    #expect(end.message.requestURIText == trunk.address, "RFC 4475 §3.4.1")
  }
}
