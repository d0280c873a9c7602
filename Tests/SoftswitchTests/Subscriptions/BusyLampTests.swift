import SIP
import Testing

@testable import Softswitch

@Suite("Busy lamps: RFC 4235")
struct BusyLampTests {
  private let bench: ExchangeBench
  private let alice: BenchPhone
  private let bob: BenchPhone
  private let trunk: BenchPhone

  init() throws {
    bench = try ExchangeBench()
    alice = try bench.alice()
    bob = try bench.bob()
    trunk = try bench.trunk()
  }

  /// What alice is told until nothing more comes.
  private func told(_ sent: [Sent]) -> [Sent] {
    var all: [Sent] = []
    var news = sent.notifies
    while !news.isEmpty {
      all += news
      var next: [Sent] = []
      for notify in news { next += alice.respond(200, to: notify) }
      news = (next + bench.advance(by: 1000)).notifies
    }
    return all
  }

  @Test("A watched phone's call is early, confirmed and terminated")
  func called() throws {
    try bob.register()
    _ = try alice.watch("bob")
    bench.advance(by: 2000)
    let invite = trunk.invite("bob")
    let sent = bench.send(invite)
    let offered = try sent.request(.invite)
    #expect(told(sent).last?.dialogStates == ["trying"])
    let ringing = told(bob.respond(180, to: offered))
    #expect(ringing.map(\.dialogStates) == [["early"]])
    #expect(ringing[0].text.contains("direction=\"recipient\""))
    #expect(ringing[0].text.contains(">sip:trunk@example.test</identity>"))
    let answered = bob.respond(200, to: offered)
    let confirmed = told(answered)
    #expect(confirmed.last?.dialogStates == ["confirmed"])
    let ok = try answered.response(200)
    bench.send(invite.inDialog(.ack, of: ok))
    bench.advance(by: 2000)
    let over = told(bench.send(invite.inDialog(.bye, of: ok)))
    #expect(over.map(\.dialogStates) == [["terminated"]])
    let versions = (ringing + confirmed + over).map(\.cSeq)
    #expect(versions == versions.sorted() && Set(versions).count == versions.count)
  }

  @Test("A watched caller's dialog is its own, towards what it dialled")
  func calling() throws {
    try bob.register()
    let carol = try BenchPhone(bench, "carol", password: "secret3", at: "192.0.2.3:5060")
    _ = try carol.watch("alice")
    bench.advance(by: 2000)
    let (_, sent) = try alice.sendWithDigest(alice.invite("bob"))
    let notify = try #require((sent + bench.advance(by: 1000)).notifies.first)
    #expect(notify.text.contains("direction=\"initiator\""))
    #expect(notify.text.contains(">sip:bob@example.test</identity>"))
  }

  @Test("Who watches a phone in a call sees the call at once")
  func inProgress() throws {
    try bob.register()
    let offered = try bench.send(trunk.invite("bob")).request(.invite)
    bob.respond(180, to: offered)
    let (_, _, notify) = try alice.watch("bob")
    #expect(notify.dialogStates == ["early"])
  }

  @Test("Who talks is on the phone, as presence has it")
  func onThePhone() throws {
    try bob.register()
    let (_, _, before) = try alice.watch("bob", event: "presence")
    #expect(!before.text.contains("rpid:on-the-phone"))
    bench.advance(by: 6000)
    let offered = try bench.send(trunk.invite("bob")).request(.invite)
    let notify = try bob.respond(200, to: offered).request(.notify)
    #expect(notify.text.contains("<rpid:activities><rpid:on-the-phone/></rpid:activities>"))
  }

  @Test("A watcher of a call that goes on over a restart sees it end")
  func restart() throws {
    try bob.register()
    _ = try alice.watch("bob")
    let invite = trunk.invite("bob")
    let offered = try bench.send(invite).request(.invite)
    let ok = try bob.respond(200, to: offered).response(200)
    bench.send(invite.inDialog(.ack, of: ok))
    bench.advance(by: 3000)
    let again = try #require((try bench.restart() + bench.advance(by: 1000)).notifies.first)
    #expect(again.dialogStates == ["confirmed"])
    alice.respond(200, to: again)
    bench.advance(by: 2000)
    let over = told(bench.send(invite.inDialog(.bye, of: ok)))
    #expect(over.last?.dialogStates == ["terminated"])
  }

  @Test("Nobody's calls are looked at when nobody watches")
  func unwatched() throws {
    try bob.register()
    let (request, answer, _) = try alice.watch("bob")
    bench.advance(by: 1000)
    let (_, sent) = try alice.again(request, answer, expires: 0)
    alice.respond(200, to: try sent.request(.notify))
    #expect(bench.exchange.notifier.watchedCalls.isEmpty)
    #expect(bench.send(trunk.invite("bob")).notifies.isEmpty)
  }
}
