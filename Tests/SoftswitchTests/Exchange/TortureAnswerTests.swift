import Addressing
import SIP
import Testing
import TortureVectors

@testable import Softswitch

@Suite("What the exchange answers to the torture messages")
struct TortureAnswerTests {
  /// The exchange that `TortureVector.ElementAnswer` has in mind.
  private let bench: ExchangeBench
  private let phone: BenchPhone

  init() throws {
    let domain = "example.com"
    bench = try ExchangeBench(
      domains: [domain, "example.net", "example.org"], otherAddress: "2001:db8::10",
      subscribers: [
        .bench("user", "secret", domain: domain), .bench("watson", "secret", domain: domain),
        .bench("j.user", "secret", domain: domain),
      ])
    phone = try BenchPhone(
      bench, "user", domain: domain, password: "secret", at: "192.0.2.9:5060")
    try phone.register()
  }

  @Test("Every message has its answer, and every answer a message")
  func everyMessageHasAnAnswer() {
    #expect(TortureAnswer.all.count == TortureVector.all.count)
    #expect(Set(TortureAnswer.all.map(\.name)) == Set(TortureVector.all.map(\.name)))
  }

  @Test("A datagram from a trusted peer gets the answer in its row", arguments: TortureAnswer.all)
  func datagram(_ row: TortureAnswer) throws {
    let status = try firstAnswer(to: row.name, over: .datagram, trusted: true)
    #expect(status == row.datagram)
    #expect(try vector(row.name).admits(status, over: .datagram))
  }

  @Test("On a stream it gets the answer in its row too", arguments: TortureAnswer.all)
  func stream(_ row: TortureAnswer) throws {
    let status = try firstAnswer(to: row.name, over: .stream, trusted: true)
    #expect(status == row.stream)
    #expect(try vector(row.name).admits(status, over: .stream))
  }

  @Test(
    "A stranger is challenged or refused, whatever it sends: nothing but OPTIONS succeeds",
    arguments: TortureAnswer.all, [TortureVector.Arrival.datagram, .stream])
  func stranger(_ row: TortureAnswer, _ arrival: TortureVector.Arrival) throws {
    let expected = arrival == .datagram ? row.datagram : row.stream
    let status = try firstAnswer(to: row.name, over: arrival, trusted: false)
    let isForwarded = [404, 486].contains(expected) ? try isForwarded(row.name) : false
    #expect(status == (isForwarded ? 407 : expected), "RFC 3261 §22.3")
    if let status, status < 300 {
      #expect(try SIPMessage(vector(row.name).octets).method == .options)
    }
    #expect(bench.exchange.callCount == 0)
  }

  @Test(
    "With the password, what RFC 4475 says should register does",
    arguments: [
      // "must not include "unknownparam" as a url-parameter for this binding"
      ("cparam01", "RFC 4475 §3.3.12", "<sip:+19725552222@gw1.example.net>;expires="),
      ("cparam02", "RFC 4475 §3.3.13", "<sip:+19725552222@gw1.example.net;unknownparam>;"),
      ("regescrt", "RFC 4475 §3.3.14", "<sip:user@example.com?Route=%3Csip:sip.example.com%3E>;"),
      ("dblreq", "RFC 4475 §3.1.1.8", "<sip:j.user@host.example.com>;"),
    ])
  func registers(_ name: String, _ section: String, _ contact: String) throws {
    let register = try SIPMessage(try vector(name).octets)
    let challenge = try bench.deliver(register.bytes, from: Self.flow(.datagram, trusted: false))
      .response(401)
    let user = try #require(register.to?.uri.text.dropFirst(4).prefix { $0 != "@" })
    var digest = DigestPhone(user: String(user), password: "secret", realm: "example.com")
    let credentials = try digest.credentials(
      challenge.rows(.wwwAuthenticate), uri: register.requestURIText)
    var second = register
    second.set(.cSeq, "99 REGISTER")
    second.append(.authorization, credentials.text)
    let answer = try bench.deliver(second.bytes, from: Self.flow(.datagram, trusted: false))
      .response(200)
    #expect(answer.rows(.contact).contains { $0.hasPrefix(contact) }, "\(answer), \(section)")
  }

  // The way of a message into the exchange, and of the first answer out of it

  private static func flow(_ arrival: TortureVector.Arrival, trusted: Bool) -> Flow {
    var flow = ExchangeBench.gateway
    if !trusted { flow.remote = IPEndpoint("192.0.2.200:5060")! }
    if arrival == .stream {
      flow.transport = .tcp
      flow.listener = ListenerID(1)
      flow.connection = ConnectionID(4)
    }
    return flow
  }

  private func vector(_ name: String) throws -> TortureVector {
    try #require(TortureVector.all.first { $0.name == name })
  }

  private func isForwarded(_ name: String) throws -> Bool {
    [.invite, .message].contains(try SIPMessage(vector(name).octets).method)
  }

  private func firstAnswer(
    to name: String, over arrival: TortureVector.Arrival, trusted: Bool
  ) throws -> Int? {
    let octets = try vector(name).octets
    let flow = Self.flow(arrival, trusted: trusted)
    guard arrival == .stream else { return firstAnswer(to: octets, from: flow) }
    var framer = StreamFramer()
    framer.append(octets)
    do throws(FramingError) {
      guard case .message(let bytes)? = try framer.next() else { return nil }
      return firstAnswer(to: bytes, from: flow)
    } catch {
      return error.status  // The transport's own answer, and the end of the connection.
    }
  }

  private func firstAnswer(to octets: [UInt8], from flow: Flow) -> Int? {
    let sent = bench.deliver(octets, from: flow)
    for sent in sent where !sent.message.isRequest {
      #expect(sent.flow.remote.address == flow.remote.address, "RFC 3261 §18.2.2")
      #expect(sent.flow.connection == flow.connection, "RFC 3261 §18.2.2")
    }
    guard let invite = sent.first(where: { $0.message.kind == .request(.invite) }) else {
      return sent.finalStatus
    }
    #expect(sent.first?.summary == "100")
    #expect(invite.flow.remote == phone.flow.remote)
    return phone.respond(486, to: invite).finalStatus
  }
}
