import SIP
import Testing

@testable import Softswitch

@Suite("Where a call goes: RFC 3261 §16.5, §16.6")
struct RoutingTests {
  private let bench: ExchangeBench
  private let trunk: BenchPhone

  init() throws {
    bench = try ExchangeBench()
    trunk = try bench.trunk()
  }

  @Test("The phones of the highest q ring together, the next when all have failed")
  func forking() throws {
    let desk = try bench.bob(at: "192.0.2.21:5060")
    let mobile = try bench.bob(at: "192.0.2.22:5060")
    let home = try bench.bob(at: "192.0.2.23:5060")
    try home.register(";q=0.5")
    try desk.register()
    try mobile.register(";q=1.0")

    let first = bench.send(trunk.invite("bob"))
    try #require(first.summary == ["100", "INVITE", "INVITE"])
    #expect(first.dropFirst().map(\.flow) == [desk.flow, mobile.flow])
    #expect(desk.respond(486, to: first[1]).summary == ["ACK"])
    let second = mobile.respond(480, to: first[2])
    try #require(second.summary == ["ACK", "INVITE"])
    #expect(second[1].flow == home.flow)
    let answered = home.respond(200, to: second[1])
    #expect(answered.summary.sorted() == ["200", "ACK"])
    #expect(bench.exchange.callCount == 1)
  }

  @Test(
    "bob is reached by user, by number, and by the node's own address",
    arguments: [
      "sip:bob@example.test", "sip:bob@EXAMPLE.test.", "sip:%62ob@example.test;user=phone",
      "sip:+15550002@example.test", "sip:15550002@example.test", "tel:+1-555-0002",
      // The node's address stands for its first domain.
      "sip:bob@198.51.100.1", "sip:bob@198.51.100.1:5060;transport=udp",
      "sip:+15550002@198.51.100.1",
    ])
  func names(_ uri: String) throws {
    let bob = try bench.bob()
    try bob.register()
    let offered = try bench.send(trunk.invite(uri)).request(.invite)
    #expect(offered.flow == bob.flow)
    #expect(offered.message.requestURIText == bob.contact)
  }

  @Test(
    "A call that leads nowhere is told so",
    arguments: [
      ("sip:nobody@example.test", 404, "§21.4.5"), ("sip:bob@elsewhere.test", 404, "§8.2.2.1"),
      ("sip:example.test", 404, "§8.2.2.1"), ("tel:+15559999", 404, "§21.4.5"),
      ("sip:alice@example.test", 480, "§21.4.18: she has no phone"),
    ])
  func nowhere(_ uri: String, _ status: Int, _ section: String) throws {
    try bench.bob().register()
    let invite = trunk.invite(uri)
    let sent = bench.send(invite)
    #expect(sent.summary == ["100", "\(status)"], "RFC 3261 \(section)")
    bench.send(invite.hopByHop(.ack, to: try sent.response(status).firstValue(.to)))
    #expect(bench.world.records.map(\.cause) == [status])
    bench.expectNothingLeft()
  }

  @Test(
    "The echo number answers itself, dialled either way",
    arguments: ["sip:*43@example.test", "sip:echo@example.test", "sip:*43@198.51.100.1", "tel:*43"])
  func echo(_ uri: String) throws {
    let invite = trunk.invite(uri)
    let sent = bench.send(invite)
    #expect(sent.summary == ["100", "200"])
    let answer = try sent.response(200)
    #expect(answer.contentType == "application/sdp")
    #expect(bench.world.echoes.count == 1)
    bench.send(invite.inDialog(.ack, of: answer))
    #expect(bench.send(invite.inDialog(.bye, of: answer)).summary == ["200 BYE"])
    #expect(bench.world.records.map(\.calleeURI) == [uri])
    bench.expectNothingLeft()
  }

  @Test("A phone behind a translator is reached the way its REGISTER came")
  func translator() throws {
    let bob = try bench.bob(at: "192.0.2.150:31000", contact: "sip:bob@10.0.0.5:5060")
    try bob.register()
    let offered = try bench.send(trunk.invite("bob")).request(.invite)
    #expect(offered.flow == bob.flow)
    #expect(offered.message.requestURIText == "sip:bob@10.0.0.5:5060")
    #expect(bob.respond(200, to: offered).summary.sorted() == ["200", "ACK"])
    let ack = try #require(bench.world.outbox.first { $0.summary == "ACK" })
    #expect(ack.flow == bob.flow, "and so are the requests within the dialog")
  }

  @Test("A phone that moved its contact to another port of its address is reached there")
  func otherPort() throws {
    let bob = try bench.bob(at: "192.0.2.2:40000", contact: "sip:bob@192.0.2.2:5070")
    try bob.register()
    let offered = try bench.send(trunk.invite("bob")).request(.invite)
    #expect("\(offered.flow.remote)" == "192.0.2.2:5070")
  }

  @Test("A phone that registered over TCP is reached over its connection")
  func connection() throws {
    let bob = try BenchPhone(
      bench, "bob", password: "secret2", at: "192.0.2.2:49152", over: .tcp, connection: 7)
    try bob.register()
    let offered = try bench.send(trunk.invite("bob")).request(.invite)
    #expect(offered.flow == bob.flow)
    #expect(offered.flow.connection == ConnectionID(7))
    #expect(offered.message.topVia?.transport == "TCP")
    #expect(offered.message.contacts.first?.uri.text == "sip:198.51.100.1:5060;transport=tcp")
  }
}
