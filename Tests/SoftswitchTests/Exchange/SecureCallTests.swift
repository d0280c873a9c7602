import Addressing
import CallControl
import SIP
import Testing

@testable import Softswitch

@Suite("Calls over TLS, and sips: URIs: RFC 3261 §26.2.2, RFC 5630")
struct SecureCallTests {
  private let bench: ExchangeBench

  init() throws {
    bench = try ExchangeBench()
  }

  private func alice(over transport: TransportProtocol = .tls) throws -> BenchPhone {
    try BenchPhone(
      bench, "alice", password: "secret1", at: "192.0.2.1:41000", over: transport,
      connection: transport == .udp ? nil : 11)
  }

  private func bob(
    over transport: TransportProtocol = .tls, contact: String? = nil
  ) throws -> BenchPhone {
    try BenchPhone(
      bench, "bob", password: "secret2", at: "192.0.2.2:42000", contact: contact,
      over: transport, connection: transport == .udp ? nil : 12)
  }

  @Test("Via and Contact say TLS, and the call goes over the phone's own connection")
  func plainURIOverTLS() throws {
    let bob = try bob(contact: "sip:bob@192.0.2.2:42000;transport=tls")
    try bob.register()
    let (_, sent) = try alice().sendWithDigest(alice().invite("bob"))
    let offered = try sent.request(.invite)
    #expect(offered.flow == bob.flow)
    #expect(offered.message.topVia?.text.hasPrefix("SIP/2.0/TLS 198.51.100.1:5061;") == true)
    #expect(
      offered.message.contacts.first?.uri.text == "sip:198.51.100.1:5061;transport=tls")
    let answered = bob.respond(200, to: offered)
    #expect(
      try answered.response(200).contacts.first?.uri.text
        == "sip:198.51.100.1:5061;transport=tls")
  }

  @Test("A sips: URI reaches a phone on TLS, and both dialogs have sips: contacts where they must")
  func secureURI() throws {
    let bob = try bob(contact: "sips:bob@192.0.2.2:42000")
    try bob.register()
    let (_, sent) = try alice().sendWithDigest(alice().invite("sips:bob@example.test"))
    let offered = try sent.request(.invite)
    #expect(offered.flow == bob.flow)
    #expect(offered.message.requestURIText == "sips:bob@192.0.2.2:42000")
    #expect(offered.message.contacts.first?.uri.text == "sips:198.51.100.1:5061")
    let answered = bob.respond(200, to: offered)
    #expect(try answered.response(200).contacts.first?.uri.text == "sips:198.51.100.1:5061")
  }

  @Test(
    "A sips: URI does not reach a phone that came by anything else: 480 (RFC 5630 §5.3)",
    arguments: [TransportProtocol.udp, .tcp])
  func insecurePhone(transport: TransportProtocol) throws {
    try bob(over: transport).register()
    let phone = try alice()
    let (_, sent) = try phone.sendWithDigest(phone.invite("sips:bob@example.test"))
    #expect(sent.summary == ["100", "480"])
  }

  @Test("Of several phones a sips: URI rings those on TLS alone")
  func securePhonesAlone() throws {
    let desk = try bob(over: .udp)
    let soft = try BenchPhone(
      bench, "bob", password: "secret2", at: "192.0.2.3:43000", over: .tls, connection: 13)
    try desk.register()
    try soft.register(";q=0.5")
    let (_, sent) = try alice().sendWithDigest(alice().invite("sips:bob@example.test"))
    #expect(sent.summary == ["100", "INVITE"])
    #expect(try sent.request(.invite).flow == soft.flow)
  }

  @Test("A sips: URI that came by an insecure hop is refused: 416")
  func insecureCaller() throws {
    try bob().register()
    let phone = try alice(over: .tcp)
    #expect(bench.send(phone.invite("sips:bob@example.test")).summary == ["416"])
  }

  @Test("A phone with a sips: contact is rung without the s for a caller who asked for none")
  func downgrade() throws {
    let bob = try bob(contact: "sips:bob@192.0.2.2:42000")
    try bob.register()
    let phone = try alice(over: .udp)
    let (_, sent) = try phone.sendWithDigest(phone.invite("bob"))
    let offered = try sent.request(.invite)
    #expect(offered.message.requestURIText == "sip:bob@192.0.2.2:42000")
    #expect(offered.flow == bob.flow)
  }

  @Test("A sips: contact is not registered over anything but TLS")
  func registration() throws {
    let phone = try bob(over: .tcp, contact: "sips:bob@192.0.2.2:42000")
    let (_, sent) = try phone.sendWithDigest(phone.registration())
    #expect(sent.summary == ["400 REGISTER"])
  }

  @Test("A server found by a name has to prove it, and still has to after a restart")
  func serverName() throws {
    let bob = try bob(contact: "sips:bob@pbx.example.net")
    bob.flow.connection = nil
    bench.world.names["pbx.example.net"] = ["192.0.2.31:5061", "192.0.2.32:5061"].map {
      ServerTarget(.tls, IPEndpoint($0)!)
    }
    try bob.register()
    let (_, sent) = try alice().sendWithDigest(alice().invite("sips:bob@example.test"))
    let invite = try sent.request(.invite)
    #expect(invite.flow.remote.description == "192.0.2.31:5061")
    #expect(invite.serverName == "pbx.example.net")
    bench.exchange.heartbeat(now: bench.now)
    try bench.restart()
    let next = try #require(bench.advance(by: 4_100).last { $0.summary == "INVITE" })
    #expect(next.flow.remote.description == "192.0.2.32:5061")
    #expect(next.serverName == "pbx.example.net")
  }

  @Test("After a crash a request in a dialog waits for the phone's new connection over TLS")
  func strandedByACrash() throws {
    let bob = try bob(contact: "sip:bob@192.0.2.2:42000;transport=tls")
    try bob.register()
    let trunk = try bench.trunk()
    let invite = trunk.invite("bob")
    let offered = try bench.send(invite).request(.invite)
    let answered = bob.respond(200, to: offered)
    let answer = try answered.response(200)
    bench.send(invite.inDialog(.ack, of: answer))
    try bench.restart()
    let goodbye = bench.send(invite.inDialog(.bye, of: answer))
    let bye = try goodbye.request(.bye)
    // Nobody accepts a connection where the phone's own one came from.
    let receipt = try #require(bye.receipt)
    #expect(bench.fail(receipt).isEmpty)
    // A connection without TLS is not the phone's.
    let other = try self.bob(over: .tcp, contact: "sip:other@192.0.2.2:42001;transport=tcp")
    let before = try other.sendWithDigest(other.registration()).sent
    #expect(!before.summary.contains("BYE"))
    bob.flow.connection = ConnectionID(99)
    let after = try bob.sendWithDigest(bob.registration()).sent
    #expect(try after.request(.bye).flow == bob.flow)
  }
}
