import SIP
import Testing

@testable import Softswitch

@Suite("The way to a phone: Path (RFC 3327) and flows (RFC 5626)")
struct FlowTests {
  private let bench: ExchangeBench
  private let trunk: BenchPhone
  private let instance = ";+sip.instance=\"<urn:uuid:1-2>\""

  init() throws {
    bench = try ExchangeBench()
    trunk = try bench.trunk()
  }

  private func register(
    _ phone: BenchPhone, _ parameters: String, path: String? = nil
  ) throws -> SIPMessage {
    var request = phone.registration(";expires=600" + parameters)
    request.headers.append((.supported, "path, outbound"))
    if let path { request.headers.append((.path, path)) }
    return try phone.sendWithDigest(request).sent.response(200)
  }

  /// A flow of bob's phone over TCP; all of them say the same contact.
  private func flow(_ regID: Int) throws -> BenchPhone {
    let phone = try BenchPhone(
      bench, "bob", password: "secret2", at: "192.0.2.2:4000\(regID)",
      contact: "sip:bob@10.0.0.2;transport=tcp;ob", over: .tcp, connection: UInt64(regID))
    #expect(try register(phone, ";reg-id=\(regID)\(instance)").firstValue(.require) == "outbound")
    bench.advance(by: 1000)
    return phone
  }

  @Test("A call passes the Path, and its CANCEL and ACK with it (RFC 3327 §5.4)")
  func path() throws {
    // The edge proxy sends bob's REGISTER on, and is reached elsewhere than it sends from.
    let edge = try bench.bob(at: "192.0.2.50:5070", contact: "sip:bob@10.0.0.2:5060")
    let path = "<sip:192.0.2.51:5080;lr;ob>, <sip:p1.example;lr>"
    #expect(try register(edge, "", path: path).firstValue(.path) != nil)

    let invite = trunk.invite("bob")
    let offered = try bench.send(invite).request(.invite)
    #expect("\(offered.flow.remote)" == "192.0.2.51:5080")
    #expect(offered.message.requestURIText == "sip:bob@10.0.0.2:5060")
    let routes = ["<sip:192.0.2.51:5080;lr;ob>", "<sip:p1.example;lr>"]
    #expect(offered.message.rows(.route) == routes)

    #expect(edge.respond(180, to: offered, withAnswer: false).summary == ["180"])
    let cancel = try bench.send(invite.hopByHop(.cancel)).request(.cancel)
    #expect(cancel.message.rows(.route) == routes)
    #expect(cancel.flow == offered.flow)
    let ack = try edge.respond(487, to: offered).request(.ack)
    #expect(ack.message.rows(.route) == routes)
    bench.expectNothingLeft()
  }

  @Test("A dialog behind a Path goes the way that Record-Route says (RFC 3261 §12.1.2)")
  func recordRoute() throws {
    let edge = try bench.bob(at: "192.0.2.50:5070", contact: "sip:bob@10.0.0.2:5060")
    _ = try register(edge, "", path: "<sip:192.0.2.50:5070;lr>")
    let invite = trunk.invite("bob")
    let sent = bench.send(invite)
    let offered = try sent.request(.invite)
    var writer = MessageWriter.response(to: offered.message, status: 200, toTag: "t1")
    writer.add(.recordRoute, "<sip:192.0.2.50:5070;lr;token=1>")
    writer.add(.contact, "<sip:bob@10.0.0.2:5060>")
    let answer = bench.deliver(
      writer.finish(body: edge.description, contentType: "application/sdp"), from: edge.flow)
    let ack = try answer.request(.ack)
    #expect(ack.message.rows(.route) == ["<sip:192.0.2.50:5070;lr;token=1>"])
    #expect(ack.flow.remote == edge.flow.remote)
  }

  @Test("A phone that registers over a new connection rings there alone")
  func newConnection() throws {
    _ = try flow(1)
    let again = try BenchPhone(
      bench, "bob", password: "secret2", at: "192.0.2.77:50000",
      contact: "sip:bob@10.0.0.9;transport=tcp", over: .tcp, connection: 9)
    let answer = try register(again, ";reg-id=1\(instance)")
    #expect(answer.rows(.contact).count == 1)
    #expect(bench.exchange.registrationCount == 1)
    let sent = bench.send(trunk.invite("bob"))
    #expect(sent.summary == ["100", "INVITE"])
    #expect(try sent.request(.invite).flow == again.flow)
  }

  @Test(
    "A flow that fails is replaced by the phone's next one (RFC 5626 §7)", arguments: [430, 408])
  func nextFlow(_ status: Int) throws {
    let (first, second) = (try flow(1), try flow(2))
    let sent = bench.send(trunk.invite("bob"))
    #expect(sent.summary == ["100", "INVITE"])
    let offered = try sent.request(.invite)
    #expect(offered.flow == second.flow)
    let next = second.respond(status, to: offered)
    #expect(next.summary == ["ACK", "INVITE"])
    #expect(try next.request(.invite).flow == first.flow)
    #expect(first.respond(200, to: try next.request(.invite)).summary.sorted() == ["200", "ACK"])
  }

  @Test("A connection that takes nothing is replaced by the phone's next flow")
  func deadConnection() throws {
    let (first, second) = (try flow(1), try flow(2))
    let offered = try bench.send(trunk.invite("bob")).request(.invite)
    #expect(offered.flow == second.flow)
    let next = bench.fail(try #require(offered.receipt))
    #expect(try next.request(.invite).flow == first.flow)
  }

  @Test(
    "A phone that has answered is not asked again by its other flow", arguments: [486, 480, 503])
  func answered(_ status: Int) throws {
    let (_, second) = (try flow(1), try flow(2))
    let offered = try bench.send(trunk.invite("bob")).request(.invite)
    #expect(!second.respond(status, to: offered).summary.contains("INVITE"))
    bench.advance(by: 1000)
    #expect(bench.world.records.count == 1)
  }

  @Test("The next flow is known after a crash too")
  func crash() throws {
    let (first, second) = (try flow(1), try flow(2))
    let offered = try bench.send(trunk.invite("bob")).request(.invite)
    let again = try bench.restart()
    #expect(try again.request(.invite).flow.remote == second.flow.remote)
    let next = second.respond(430, to: offered)
    #expect(try next.request(.invite).flow.remote == first.flow.remote)
  }

  @Test(
    "A REGISTER may require what the registrar does, and nothing else does (RFC 3261 §8.2.2.3)")
  func require() throws {
    let phone = try bench.bob()
    var request = phone.registration()
    request.headers.append((.require, "path, outbound"))
    let granted = try phone.sendWithDigest(request).sent.response(200)
    #expect(granted.firstValue(.require) == nil)
    request = phone.registration()
    request.headers.append((.require, "gruu"))
    #expect(bench.send(request).summary == ["420 REGISTER"])
    var invite = trunk.invite("bob")
    invite.headers.append((.require, "outbound"))
    #expect(bench.send(invite).summary == ["420"])
  }
}
