import Addressing
import CallControl
import SIP
import Testing

@testable import Softswitch

@Suite("Forged requests")
struct ForgeryTests {
  private let bench: ExchangeBench

  init() throws { bench = try ExchangeBench() }

  private static let source = IPEndpoint("192.0.2.66:5060")!
  private static let flow = Flow(transport: .udp, listener: ListenerID(0), remote: source)

  /// The shortest request that gets the longest answer, with a Via of the forger's making.
  private func request(_ method: String, via: String) -> [UInt8] {
    let lines = [
      "\(method) sip:alice@example.test SIP/2.0", "Via: SIP/2.0/UDP \(via)",
      "From: <sip:m@example.test>;tag=1", "To: <sip:alice@example.test>", "Call-ID: 1",
      "CSeq: 1 \(method)", "Max-Forwards: 9", "Contact: <sip:m@198.51.100.200:53>",
      "Content-Length: 0", "", "",
    ]
    return Array(lines.joined(separator: "\r\n").utf8)
  }

  @Test(
    "An answer goes to where its request came from, whatever the Via says, and is short",
    arguments: [
      "198.51.100.200:53;branch=z9hG4bKa", "198.51.100.200:53;branch=z9hG4bKb;rport",
      "198.51.100.200;branch=z9hG4bKc;maddr=198.51.100.200",
      "198.51.100.200;branch=z9hG4bKd;received=198.51.100.200;rport=53",
      "victim.example:53;branch=z9hG4bKe;ttl=16;maddr=224.0.1.75",
    ])
  func reflection(via: String) throws {
    for method in ["OPTIONS", "REGISTER", "INVITE", "MESSAGE", "SUBSCRIBE", "PUBLISH", "REFER"] {
      let bytes = request(method, via: via)
      let sent = bench.deliver(bytes, from: Self.flow)
      #expect(sent.count <= 1, "\(method): \(sent.summary)")
      #expect(sent.allSatisfy { $0.flow.remote.address == Self.source.address }, "\(method)")
      // One octet in, not three out. The longest is the answer to OPTIONS.
      let octets = sent.reduce(0) { $0 + $1.bytes.count }
      #expect(octets < 3 * bytes.count, "\(method): \(bytes.count) in, \(octets) out")
      #expect(bench.advance(by: 60_000).isEmpty, "nothing is sent again to who never asked")
    }
  }

  @Test("A Route is no way through: a call goes to whom it names, or nowhere")
  func openRelay() throws {
    let bob = try bench.bob()
    try bob.register()
    let alice = try bench.alice()
    var invite = alice.invite("bob")
    invite.headers = [(HeaderName("Route"), "<sip:198.51.100.200:53;lr>")]
    let (_, sent) = try alice.sendWithDigest(invite)
    let rung = try sent.request(.invite)
    #expect(rung.flow.remote == bob.flow.remote)
    #expect(rung.message.firstValue(HeaderName("Route")) == nil)
    #expect(sent.allSatisfy { $0.flow.remote.address != IPAddress("198.51.100.200") })
  }

  @Test("A call to somebody else's domain is refused, with the right password too")
  func foreignDomain() throws {
    let alice = try bench.alice()
    for target in ["sip:15550100@198.51.100.200", "sip:x@victim.example", "tel:+15559999999"] {
      let (_, sent) = try alice.sendWithDigest(alice.invite(target))
      #expect(sent.finalStatus.map { 400..<500 ~= $0 } == true, "\(target): \(sent.summary)")
      #expect(sent.allSatisfy { !$0.message.isRequest }, "\(target): \(sent.summary)")
    }
  }

  @Test("Nobody takes another's bindings away, with a star or without")
  func hijack() throws {
    let bob = try bench.bob()
    try bob.register()
    let carol = try BenchPhone(bench, "carol", password: "secret3", at: "192.0.2.66:5060")
    for contact in ["*", "<sip:bob@192.0.2.66:5060>", "<\(bob.contact)>;expires=0"] {
      var theft = carol.request(.register, "sip:example.test")
      theft.to = "<sip:bob@example.test>"
      theft.contact = contact
      theft.headers = [(.expires, contact == "*" ? "0" : "600")]
      #expect(bench.send(theft).summary == ["401 REGISTER"])
      #expect(try carol.sendWithDigest(theft).sent.summary == ["403 REGISTER"])
    }
    let bindings = bench.exchange.registrar.bindings(
      for: AddressOfRecord(user: "bob", domain: "example.test"), at: bench.now.wall)
    #expect(bindings.map(\.contact) == [bob.contact])
  }

  @Test("A CANCEL, BYE, INVITE or answer with guessed tags or branches touches no call")
  func guessedTags() throws {
    let bob = try bench.bob()
    try bob.register()
    let alice = try bench.alice()
    let (invite, sent) = try alice.sendWithDigest(alice.invite("bob"))
    let rung = try sent.request(.invite)
    // While it rings: who does not know its tag and number ends nothing.
    var cancel = invite.hopByHop(.cancel)
    cancel.fromTag = "guess"
    cancel.flow = Self.flow
    #expect(bench.send(cancel).summary == ["481 CANCEL"])
    // Answers of the phone that is rung, but for the branch.
    let text = String(decoding: answerBytes(rung.message), as: UTF8.self)
    let branch = try #require(rung.message.topVia?.branch)
    let forged = text.replacing(branch, with: "z9hG4bK" + String(branch.dropFirst(7).reversed()))
    #expect(bench.deliver(Array(forged.utf8), from: Self.flow).isEmpty)
    let answer = try bob.respond(200, to: rung).response(200)
    bench.send(invite.inDialog(.ack, of: answer))
    // In the call: all is right but one of the tags, or the Call-ID.
    for method in [SIPMethod.bye, .invite, .update, .info, .cancel] {
      for change in 0..<3 {
        var request = invite.inDialog(method, of: answer, cSeq: 99)
        switch change {
        case 0: request.fromTag = "guess"
        case 1: request.to = request.to.replacing(/tag=.*/, with: "tag=guess")
        default: request.callID = "guess"
        }
        request.flow = Self.flow
        let got = bench.send(request)
        #expect(got.finalStatus == 481, "\(method) \(change): \(got.summary)")
      }
    }
    #expect(bench.exchange.callCount == 1)
  }

  private func answerBytes(_ invite: SIPMessage) -> [UInt8] {
    var writer = MessageWriter.response(to: invite, status: 486, toTag: "forged")
    writer.add(.contact, "<sip:bob@192.0.2.66>")
    return writer.finish()
  }

  @Test("Without a password no REFER, SUBSCRIBE, PUBLISH or MESSAGE has an effect")
  func noEffect() throws {
    let bob = try bench.bob()
    try bob.register()
    let stranger = try BenchPhone(bench, "bob", password: "", at: "192.0.2.66:5060")
    for number in 0..<500 {
      for method in [SIPMethod.refer, .subscribe, .publish, .message] {
        var request = stranger.request(method, "sip:bob@example.test")
        request.contact = "<\(stranger.contact)>"
        request.headers = [
          (HeaderName("Event"), "presence"), (HeaderName("Refer-To"), "<sip:1@198.51.100.200>"),
        ]
        request.callID = "\(method)\(number)"
        let sent = bench.send(request)
        #expect(sent.count == 1 && sent.finalStatus ?? 0 >= 400, "\(sent.summary)")
      }
    }
    #expect(bench.exchange.notifier.subscriptions.count == 0)
    #expect(bench.exchange.publications.count == 0)
    #expect(bench.state.messages.isEmpty)
    #expect(bench.exchange.answered.count == 0)
    #expect(bench.exchange.callCount == 0)
  }
}
