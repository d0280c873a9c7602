import SIP
import Testing

@testable import Softswitch

@Suite("Messages between subscribers: RFC 3428")
struct MessageTests {
  private let bench: ExchangeBench
  private let alice: BenchPhone
  private let bob: BenchPhone

  init() throws {
    bench = try ExchangeBench()
    alice = try bench.alice()
    bob = try bench.bob()
  }

  private func say(_ text: String, expires: Int? = nil) throws -> [Sent] {
    var message = alice.message(text, to: "bob")
    if let expires { message.headers.append((.expires, "\(expires)")) }
    return try alice.sendWithDigest(message).sent
  }

  @Test("A message goes to the phone, and its 2xx to the sender")
  func delivered() throws {
    try bob.register()
    let sent = try say("hello")
    #expect(sent.summary == ["MESSAGE"], "no 100 for a non-INVITE (RFC 4320 §4.1)")
    let message = try sent.request(.message)
    #expect(message.text == "hello")
    #expect(message.message.contentType == "text/plain")
    #expect(message.message.requestURIText == bob.contact)
    #expect(message.message.from?.uri.text == alice.address)
    #expect(message.message.contains(.date))
    #expect(!message.message.contains(.proxyAuthorization))
    #expect(bob.respond(200, to: message).summary == ["200 MESSAGE"])
    #expect(bench.state.messages.isEmpty)
    #expect(bench.exchange.counters.messagesDelivered == 1)
  }

  @Test("A retransmission is not delivered twice, and gets the same answer")
  func retransmitted() throws {
    try bob.register()
    let (request, sent) = try alice.sendWithDigest(alice.message("hello", to: "bob"))
    #expect(bench.send(request).isEmpty)
    bob.respond(200, to: try sent.request(.message))
    #expect(bench.send(request).summary == ["200 MESSAGE"])
  }

  @Test("Any phone's 2xx counts")
  func forked() throws {
    try bob.register()
    let tablet = try bench.bob(at: "192.0.2.22:5060")
    try tablet.register()
    let sent = try say("hello").filter { $0.message.isRequest }
    #expect(sent.count == 2)
    let first = try #require(sent.first { $0.flow == bob.flow })
    let second = try #require(sent.first { $0.flow == tablet.flow })
    #expect(bob.respond(480, to: first).isEmpty)
    #expect(tablet.respond(200, to: second).summary == ["200 MESSAGE"])
  }

  @Test("For somebody who is away it is kept, and delivered in order when a phone registers")
  func kept() throws {
    #expect(try say("one").summary == ["202 MESSAGE"])
    bench.advance(by: 60_000)
    #expect(try say("two").summary == ["202 MESSAGE"])
    #expect(bench.exchange.keptMessageCount == 2)
    let date = bench.state.messages[0].sentAt.sipDate
    let first = try bob.sendWithDigest(bob.registration()).sent
    #expect(first.summary == ["200 REGISTER", "MESSAGE"])
    let one = try first.request(.message)
    #expect(one.text == "one")
    #expect(one.message.firstValue(.date) == date, "when it was sent")
    let two = try bob.respond(200, to: one).request(.message)
    #expect(two.text == "two")
    #expect(bench.state.messages.count == 1, "the first is off the record")
    #expect(bob.respond(200, to: two).isEmpty)
    #expect(bench.state.messages.isEmpty)
    try bob.register()
    #expect(bench.exchange.keptMessageCount == 0)
  }

  @Test("It is on record before its 202")
  func onRecord() throws {
    bench.recordsAtOnce = false
    #expect(try say("hello").isEmpty)
    #expect(try bench.recordChange().summary == ["202 MESSAGE"])
    #expect(try say("again").isEmpty)
    #expect(try bench.recordChange(isOnRecord: false).summary == ["500 MESSAGE"])
    #expect(bench.exchange.keptMessageCount == 1)
  }

  @Test("After kill -9 what was accepted is delivered, with the same Call-ID as before")
  func restart() throws {
    #expect(try say("hello").summary == ["202 MESSAGE"])
    let first = try bob.sendWithDigest(bob.registration()).sent.request(.message)
    try bench.restart()
    #expect(bench.exchange.keptMessageCount == 1, "nobody knows whether the phone has it")
    let second = try bob.sendWithDigest(bob.registration()).sent.request(.message)
    #expect(second.message.callID == first.message.callID)
    #expect(second.message.fromTag == first.message.fromTag)
    bob.respond(200, to: second)
    try bench.restart()
    #expect(bench.exchange.keptMessageCount == 0)
    #expect(try bob.sendWithDigest(bob.registration()).sent.summary == ["200 REGISTER"])
  }

  @Test("A phone that does not answer: the sender hears in time, the message stays")
  func silent() throws {
    try bob.register()
    _ = try say("hello")
    let sent = bench.advance(by: 11_000)
    #expect(sent.filter { !$0.message.isRequest }.summary == ["202 MESSAGE"])
    #expect(bench.exchange.keptMessageCount == 1)
  }

  @Test("A phone whose connection cannot be had is known at once not to have taken it")
  func unsent() throws {
    let phone = try BenchPhone(
      bench, "bob", password: "secret2", at: "192.0.2.2:42000", over: .tcp, connection: 12)
    try phone.register()
    let message = try say("hello").request(.message)
    #expect(bench.fail(try #require(message.receipt)).summary == ["202 MESSAGE"])
    #expect(bench.exchange.keptMessageCount == 1)
    // Once is enough.
    #expect(bench.fail(try #require(message.receipt)).isEmpty)
    try bob.register()
    #expect(bench.exchange.ownRequests.count == 1)
  }

  @Test("A late 2xx takes it off the record again")
  func late() throws {
    try bob.register()
    let message = try say("hello").request(.message)
    bench.advance(by: 11_000)
    #expect(bench.state.messages.count == 1)
    bob.respond(200, to: message)
    #expect(bench.state.messages.isEmpty)
    #expect(bench.exchange.keptMessageCount == 0)
  }

  @Test("A phone that is busy leaves it kept; one that takes no such thing refuses it for good")
  func refusals() throws {
    try bob.register()
    #expect(bob.respond(486, to: try say("a").request(.message)).summary == ["202 MESSAGE"])
    let again = try bob.sendWithDigest(bob.registration()).sent.request(.message)
    #expect(bob.respond(415, to: again).isEmpty)
    #expect(bench.state.messages.isEmpty, "it would be refused each time")
    #expect(bob.respond(415, to: try say("b").request(.message)).summary == ["415 MESSAGE"])
  }

  @Test("One that may not wait is not kept, nor longer than it may, nor that somebody types")
  func shortLived() throws {
    #expect(try say("now", expires: 0).summary == ["480 MESSAGE"])
    #expect(try say("soon", expires: 60).summary == ["202 MESSAGE"])
    var typing = alice.message("<isComposing/>", to: "bob")
    typing.contentType = "application/im-iscomposing+xml"
    #expect(try alice.sendWithDigest(typing).sent.summary == ["480 MESSAGE"])
    bench.advance(by: 61_000)
    #expect(try bob.sendWithDigest(bob.registration()).sent.summary == ["200 REGISTER"])
    #expect(bench.exchange.keptMessageCount == 0)
  }

  @Test("A recipient has a limit, which what has expired does not fill")
  func limit() throws {
    let limit = MessagePolicy().maximumPerRecipient
    for _ in 0..<limit { #expect(try say("x", expires: 60).summary == ["202 MESSAGE"]) }
    #expect(try say("x").summary == ["480 MESSAGE"])
    bench.advance(by: 61_000)
    #expect(try say("x").summary == ["202 MESSAGE"])
  }

  @Test("Nobody writes in another's name, to nobody, or too much")
  func refused() throws {
    var forged = alice.message("hello", to: "bob")
    forged.from = "sip:carol@example.test"
    #expect(try alice.sendWithDigest(forged).sent.summary == ["403 MESSAGE"])
    let lost = alice.message("hello", to: "nobody")
    #expect(try alice.sendWithDigest(lost).sent.summary == ["404 MESSAGE"])
    var long = alice.message("", to: "bob")
    long.body = [UInt8](repeating: 0x61, count: 9000)
    #expect(try alice.sendWithDigest(long).sent.summary == ["413 MESSAGE"])
  }

  @Test("A phone that comes while the message is written down gets it")
  func crossing() throws {
    bench.recordsAtOnce = false
    #expect(try say("hello").isEmpty)
    _ = try bob.sendWithDigest(bob.registration())
    #expect(try bench.record().summary == ["200 REGISTER"])
    bench.recordsAtOnce = true
    let sent = try bench.recordChange()
    #expect(sent.summary == ["202 MESSAGE", "MESSAGE"])
  }
}
