import Addressing
import CallControl
import SIP
import Testing

@testable import Softswitch

@Suite("Responses whose way back is gone: RFC 3263 §5")
struct DetourTests {
  private let bench: ExchangeBench
  private let gateway: BenchPhone
  private let bob: BenchPhone

  init() throws {
    bench = try ExchangeBench()
    gateway = try BenchPhone(
      bench, "gateway", password: "", at: "203.0.113.9:41000", over: .tcp, connection: 11)
    bob = try bench.bob()
    try bob.register()
  }

  /// The gateway's call, answered, and the 2xx as it was sent first.
  private func answer(sentBy: String) throws -> (invite: PhoneRequest, answer: Sent) {
    var invite = gateway.invite("bob")
    invite.sentBy = sentBy
    let sent = bench.send(invite)
    let answered = bob.respond(200, to: try sent.request(.invite))
    return (invite, try #require(answered.first { $0.summary == "200" }))
  }

  @Test("A response goes to the servers of the name in the Via, one after the other")
  func servers() throws {
    bench.world.names["gw.example.net"] = ["203.0.113.21:5060", "203.0.113.22:5060"].map {
      ServerTarget(.tcp, IPEndpoint($0)!)
    }
    let (invite, answer) = try answer(sentBy: "gw.example.net")
    #expect(answer.flow.connection == gateway.flow.connection)
    let first = bench.fail(try #require(answer.receipt))
    #expect(first.summary == ["200"])
    #expect(first.first?.bytes == answer.bytes)
    #expect(first.first?.flow.remote.description == "203.0.113.21:5060")
    #expect(first.first?.flow.transport == .tcp)
    let second = bench.fail(try #require(first.first?.receipt))
    #expect(second.map(\.flow.remote.description) == ["203.0.113.22:5060"])
    // There is no third; the 2xx is repeated until its time is over, or the ACK comes.
    #expect(bench.fail(try #require(second.first?.receipt)).isEmpty)
    #expect(bench.advance(by: 500).summary == ["200"])
    #expect(bench.send(invite.inDialog(.ack, of: answer.message)).isEmpty)
    #expect(bench.advance(by: 5000).isEmpty)
    #expect(bench.exchange.lookups.count == 0)
  }

  @Test("A sent-by that is an address is gone to, unless the response comes from there")
  func address() throws {
    let (_, answer) = try answer(sentBy: "203.0.113.30:5070")
    bench.world.names["203.0.113.30"] = [
      ServerTarget(.tcp, try #require(IPEndpoint("203.0.113.30:5070")))
    ]
    let sent = bench.fail(try #require(answer.receipt))
    #expect(sent.map(\.flow.remote.description) == ["203.0.113.30:5070"])
  }

  @Test("A name that leads nowhere, or into an inner network, is left", arguments: [true, false])
  func nowhere(isPrivate: Bool) throws {
    if isPrivate {
      bench.world.names["gw.example.net"] = [ServerTarget(.tcp, IPEndpoint("10.0.0.1:5060")!)]
    }
    let (_, answer) = try answer(sentBy: "gw.example.net")
    #expect(bench.fail(try #require(answer.receipt)).isEmpty)
    #expect(bench.exchange.lookups.count == 0)
  }

  @Test("A response that has been confirmed meanwhile is not sent after its call")
  func late() throws {
    bench.world.names["gw.example.net"] = [ServerTarget(.tcp, IPEndpoint("203.0.113.21:5060")!)]
    let (invite, answer) = try answer(sentBy: "gw.example.net")
    bench.answersDNS = false
    #expect(bench.fail(try #require(answer.receipt)).isEmpty)
    #expect(bench.send(invite.inDialog(.ack, of: answer.message)).isEmpty)
    bench.answersDNS = true
    #expect(bench.advance(by: 100).isEmpty)
  }
}
