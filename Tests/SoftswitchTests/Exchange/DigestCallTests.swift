import CallControl
import SIP
import Testing

@testable import Softswitch

@Suite("Who may call: RFC 3261 §22.3")
struct DigestCallTests {
  private let bench: ExchangeBench
  private let alice: BenchPhone
  private let bob: BenchPhone

  init() throws {
    bench = try ExchangeBench()
    alice = try bench.alice()
    bob = try bench.bob()
    try bob.register()
  }

  private func challenge(in sent: [Sent]) throws -> DigestChallenge {
    try #require(DigestChallenge(try sent.response(407).firstValue(.proxyAuthenticate) ?? ""))
  }

  @Test("An INVITE without credentials is challenged with 407 and opens no call")
  func challenged() throws {
    let sent = bench.send(alice.invite("bob"))
    #expect(sent.summary == ["407"])
    let challenge = try challenge(in: sent)
    #expect(challenge.realm == "example.test")
    #expect(!challenge.isStale)
    #expect(bench.exchange.callCount == 0)
    #expect(bench.exchange.counters.callsOpened == 0)
  }

  @Test("With the password it rings, is answered, and is on record as the subscriber's")
  func call() throws {
    let (invite, sent) = try alice.sendWithDigest(alice.invite("bob"))
    #expect(sent.summary == ["100", "INVITE"])
    let offered = try sent.request(.invite)
    #expect(offered.message.requestURIText == bob.contact)
    #expect(offered.flow == bob.flow)
    #expect(bob.respond(180, to: offered).summary == ["180"])
    let answered = bob.respond(200, to: offered)
    #expect(answered.summary.sorted() == ["200", "ACK"])
    let answer = try answered.response(200)
    #expect(bench.send(invite.inDialog(.ack, of: answer)).isEmpty)
    bench.advance(by: 5_000)
    let end = bench.send(invite.inDialog(.bye, of: answer))
    #expect(end.summary.sorted() == ["200 BYE", "BYE"])
    bob.respond(200, to: try end.request(.bye))
    let record = try #require(bench.world.records.first)
    #expect(record.callerUser == "alice@example.test")
    #expect(record.calleeUser == "bob@example.test")
    #expect(record.duration == 5_000)
    #expect(record.cause == 200)
    #expect(record.fromCaller.packets == 100)
    bench.expectNothingLeft()
    #expect(bench.world.records.count == 1)
    let counters = bench.exchange.counters
    #expect(
      [counters.callsOpened, counters.callsAnswered, counters.callsEnded] == [1, 1, 1])
  }

  @Test(
    "A wrong password, and a user who does not exist, are challenged again alike",
    arguments: [("alice", "guess"), ("nobody", "secret1")])
  func wrong(_ user: String, _ password: String) throws {
    alice.digest.user = user
    alice.digest.password = password
    let sent = try alice.sendWithDigest(alice.invite("bob")).sent
    #expect(sent.summary == ["407"])
    #expect(try !challenge(in: sent).isStale)
    #expect(bench.exchange.callCount == 0)
    #expect(bench.exchange.counters.failedAuthentications == 1)
  }

  @Test("Credentials that opened a call open no second one")
  func replayed() throws {
    let (first, _) = try alice.sendWithDigest(alice.invite("bob"))
    var replay = first
    replay.callID = "another"
    replay.branch = "another"
    let sent = bench.send(replay)
    #expect(sent.summary == ["407"])
    #expect(try challenge(in: sent).isStale, "RFC 7616 §3.3: the nonce is spent, not wrong")
    #expect(bench.exchange.callCount == 1)
  }

  @Test("An INVITE that comes again after its call is over opens no other")
  func lateRetransmission() throws {
    let (invite, sent) = try alice.sendWithDigest(alice.invite("bob"))
    #expect(bench.send(invite).summary == ["100"], "while the call lives it is a retransmission")
    let busy = try bob.respond(486, to: sent.request(.invite)).response(486)
    bench.send(invite.hopByHop(.ack, to: busy.firstValue(.to)))
    bench.advance(by: 40_000)
    #expect(bench.exchange.callCount == 0)
    #expect(bench.send(invite).summary == ["407"])
    #expect(bench.exchange.callCount == 0)
  }

  @Test(
    "Nobody calls in another's name",
    arguments: ["sip:bob@example.test", "sip:+15550002@example.test", "sip:alice@elsewhere.test"])
  func another(_ from: String) throws {
    var invite = alice.invite("carol")
    invite.from = from
    #expect(try alice.sendWithDigest(invite).sent.summary == ["403"])
    #expect(bench.exchange.callCount == 0)
  }

  @Test("A subscriber may call under its number")
  func ownNumber() throws {
    var invite = bob.invite("carol")
    invite.from = "sip:+15550002@example.test"
    #expect(try bob.sendWithDigest(invite).sent.summary == ["100", "480"])
  }

  @Test("Credentials made for another callee are refused as malformed")
  func otherCallee() throws {
    let invite = alice.invite("bob")
    let challenge = try bench.send(invite).response(407)
    var diverted = try alice.answering(challenge, invite)
    diverted.uri = "sip:carol@example.test"
    #expect(bench.send(diverted).summary == ["400"], "RFC 7616 §3.4.6")
  }

  @Test("A trusted peer calls without a password")
  func trusted() throws {
    let trunk = try bench.trunk()
    #expect(bench.send(trunk.invite("bob")).summary == ["100", "INVITE"])
    #expect(bench.exchange.calls.map(\.opening.subscriber) == [nil])
  }
}
