import SIP
import Testing

@testable import Softswitch

@Suite("Subscriptions: RFC 6665")
struct SubscriptionTests {
  private let bench: ExchangeBench
  private let alice: BenchPhone

  init() throws {
    bench = try ExchangeBench()
    alice = try bench.alice()
  }

  @Test("A SUBSCRIBE is challenged, granted and followed by a NOTIFY in its dialog")
  func granted() throws {
    let (request, answer, notify) = try alice.watch("bob")
    #expect(answer.firstValue(.expires) == "600")
    #expect(answer.toTag != nil)
    let message = notify.message
    #expect(message.requestURIText == alice.contact)
    #expect(message.callID == request.callID)
    #expect(message.fromTag == answer.toTag)
    #expect(message.toTag == "f1")
    #expect(message.firstValue(.event) == "dialog")
    #expect(notify.subscriptionState == "active;expires=600")
    #expect(message.contentType == "application/dialog-info+xml")
    #expect(notify.cSeq == 1)
    #expect(notify.text.contains("version=\"0\" state=\"full\""))
    #expect(notify.flow == alice.flow)
    #expect(bench.exchange.subscriptionCount == 1)
  }

  @Test("A watcher whose connection is gone is told when it has registered over another one")
  func connectionGone() throws {
    let desk = try BenchPhone(
      bench, "carol", password: "secret3", at: "192.0.2.3:43000", over: .tcp, connection: 13)
    try desk.register()
    _ = try desk.watch("bob", event: "presence")
    bench.advance(by: 5000)
    let bob = try bench.bob()
    let notify = try bob.sendWithDigest(bob.registration()).sent.request(.notify)
    #expect(bench.fail(try #require(notify.receipt)).isEmpty)
    #expect(bench.advance(by: 60_000).notifies.isEmpty)
    #expect(bench.exchange.subscriptionCount == 1)
    desk.flow.connection = ConnectionID(14)
    let sent = try desk.sendWithDigest(desk.registration()).sent
    #expect(try sent.request(.notify).flow == desk.flow)
  }

  @Test("A trusted source needs a password for it too")
  func trusted() throws {
    let trunk = try bench.trunk()
    #expect(bench.send(trunk.subscription(to: "bob")).summary == ["401 SUBSCRIBE"])
  }

  @Test("It is on record before its 200")
  func onRecord() throws {
    bench.recordsAtOnce = false
    let (request, sent) = try alice.sendWithDigest(alice.subscription(to: "bob"))
    #expect(sent.isEmpty)
    #expect(bench.send(request).isEmpty, "nor is a retransmission answered")
    #expect(bench.world.unsavedChanges.count == 1)
    #expect(try bench.recordChange().summary == ["200 SUBSCRIBE", "NOTIFY"])
    #expect(bench.send(request).summary == ["200 SUBSCRIBE"], "the same answer again")
    #expect(bench.exchange.subscriptionCount == 1)
  }

  @Test("What cannot be recorded is answered 500")
  func unrecorded() throws {
    bench.recordsAtOnce = false
    _ = try alice.sendWithDigest(alice.subscription(to: "bob"))
    #expect(try bench.recordChange(isOnRecord: false).summary == ["500 SUBSCRIBE"])
    #expect(bench.exchange.subscriptionCount == 0)
  }

  @Test("A refresh prolongs it and is told the state again")
  func refresh() throws {
    let (request, answer, _) = try alice.watch("bob", expires: 60)
    bench.advance(by: 50_000)
    let (_, sent) = try alice.again(request, answer, expires: 120)
    #expect(sent.summary == ["200 SUBSCRIBE", "NOTIFY"])
    #expect(try sent.request(.notify).cSeq == 2)
    alice.respond(200, to: try sent.request(.notify))
    #expect(bench.advance(by: 100_000).notifies.isEmpty)
    #expect(bench.exchange.subscriptionCount == 1)
  }

  @Test("Ending it is answered with a last NOTIFY")
  func unsubscribe() throws {
    let (request, answer, _) = try alice.watch("bob")
    bench.advance(by: 1000)
    let (_, sent) = try alice.again(request, answer, expires: 0)
    #expect(sent.summary == ["200 SUBSCRIBE", "NOTIFY"])
    let last = try sent.request(.notify)
    #expect(last.subscriptionState == "terminated;reason=timeout")
    alice.respond(200, to: last)
    #expect(bench.exchange.subscriptionCount == 0)
    #expect(bench.state.subscriptions.isEmpty)
    let (_, late) = try alice.again(request, answer, expires: 600, cSeq: 20)
    #expect(late.summary == ["481 SUBSCRIBE"])
  }

  @Test("One whose time is over ends with reason timeout")
  func expiry() throws {
    _ = try alice.watch("bob", expires: 60)
    let last = try #require(bench.advance(by: 61_000).notifies.first)
    #expect(last.subscriptionState == "terminated;reason=timeout")
    #expect(bench.exchange.subscriptionCount == 0)
    #expect(bench.state.subscriptions.isEmpty)
  }

  @Test("A fetch gets one NOTIFY and leaves nothing: §4.4.3")
  func fetch() throws {
    let (_, _, notify) = try alice.watch("bob", event: "presence", expires: 0)
    #expect(notify.subscriptionState == "terminated;reason=timeout")
    #expect(notify.text.contains("<basic>closed</basic>"))
    #expect(bench.exchange.subscriptionCount == 0)
    #expect(bench.state.subscriptions.isEmpty)
    #expect(bench.advance(by: 100_000).isEmpty)
  }

  @Test("A watcher that does not know it any more has it no more", arguments: [481, 404, 489])
  func gone(status: Int) throws {
    let sent = try alice.sendWithDigest(alice.subscription(to: "bob")).sent
    alice.respond(status, to: try sent.request(.notify))
    #expect(bench.exchange.subscriptionCount == 0)
    #expect(bench.state.subscriptions.isEmpty)
  }

  @Test("Nor has one that never answers: NOTIFY is sent again, and given up after 64·T1")
  func silent() throws {
    _ = try alice.sendWithDigest(alice.subscription(to: "bob"))
    let repeated = bench.advance(by: 31_000)
    #expect(repeated.notifies.count == 9, "Timer E: 0.5, 1.5, 3.5, 7.5, then every 4 s")
    #expect(Set(repeated.map(\.bytes)).count == 1)
    #expect(bench.exchange.subscriptionCount == 1)
    bench.advance(by: 2000)
    #expect(bench.exchange.subscriptionCount == 0)
  }

  @Test("An error that is of the moment leaves it")
  func momentary() throws {
    let sent = try alice.sendWithDigest(alice.subscription(to: "bob")).sent
    alice.respond(503, to: try sent.request(.notify))
    #expect(bench.exchange.subscriptionCount == 1)
  }

  @Test(
    "What is not granted, and how it is said",
    arguments: [
      ("message-summary", 600, "bob", 489), ("presence.winfo", 600, "bob", 489),
      ("presence", 30, "bob", 423), ("presence", 600, "nobody", 404), ("reg", 600, "bob", 403),
    ])
  func refused(event: String, expires: Int, user: String, status: Int) throws {
    let request = alice.subscription(to: user, event: event, expires: expires)
    let answer = try #require(try alice.sendWithDigest(request).sent.first).message
    #expect(answer.statusCode == status)
    if status == 489 { #expect(answer.firstValue(.allowEvents) == "presence, dialog, reg") }
    if status == 423 { #expect(answer.firstValue(.minExpires) == "60") }
    #expect(bench.exchange.subscriptionCount == 0)
  }

  @Test("One that takes none of our documents gets 406, one that says nowhere to reach it 400")
  func unusable() throws {
    var picky = alice.subscription(to: "bob")
    picky.headers.append((.accept, "text/html"))
    #expect(try alice.sendWithDigest(picky).sent.summary == ["406 SUBSCRIBE"])
    var nowhere = alice.subscription(to: "bob")
    nowhere.contact = nil
    #expect(try alice.sendWithDigest(nowhere).sent.summary == ["400 SUBSCRIBE"])
  }

  @Test("Nobody refreshes another's subscription")
  func another() throws {
    let (request, answer, _) = try alice.watch("bob")
    let carol = try BenchPhone(bench, "carol", password: "secret3", at: "192.0.2.3:5060")
    var next = request.inDialog(.subscribe, of: answer)
    next.from = carol.address
    next.flow = carol.flow
    next.contact = "<\(carol.contact)>"
    next.headers = [(.event, "dialog"), (.expires, "600")]
    #expect(try carol.sendWithDigest(next).sent.summary == ["403 SUBSCRIBE"])
  }

  @Test("A number that was used before is out of order")
  func outOfOrder() throws {
    let (request, answer, _) = try alice.watch("bob")
    var next = request.inDialog(.subscribe, of: answer, cSeq: 0)
    next.contact = "<\(alice.contact)>"
    next.headers = [(.event, "dialog")]
    #expect(try alice.sendWithDigest(next).sent.summary == ["500 SUBSCRIBE"])
  }

  @Test("A watcher has a limit, which counts what is on its way to the record")
  func limit() throws {
    bench.recordsAtOnce = false
    let limit = SubscriptionPolicy().maximumPerWatcher
    for _ in 0..<limit {
      #expect(try alice.sendWithDigest(alice.subscription(to: "bob")).sent.isEmpty)
    }
    let sent = try alice.sendWithDigest(alice.subscription(to: "bob")).sent
    #expect(sent.summary == ["403 SUBSCRIBE"])
  }

  @Test("What changes while a NOTIFY is under way is told by the next one, once")
  func coalesced() throws {
    let bob = try bench.bob()
    let sent = try alice.sendWithDigest(alice.subscription(to: "bob", event: "presence")).sent
    let first = try sent.request(.notify)
    #expect(first.text.contains("<basic>closed</basic>"))
    try bob.register()
    _ = try bob.sendWithDigest(bob.registration(";expires=0"))
    let later = try bob.sendWithDigest(bob.registration()).sent
    #expect(later.notifies.isEmpty, "the first one is not answered yet")
    #expect(alice.respond(200, to: first).isEmpty, "and another one would be too soon")
    let next = bench.advance(by: 5000).notifies
    #expect(next.count == 1)
    #expect(next.first?.text.contains("<basic>open</basic>") == true)
    #expect(next.first?.cSeq == 2)
  }

  @Test("After kill -9 each watcher is told the state under a higher number")
  func restart() throws {
    let (request, answer, first) = try alice.watch("bob")
    bench.advance(by: 3000)
    let notify = try #require((try bench.restart() + bench.advance(by: 1000)).notifies.first)
    #expect(notify.cSeq > first.cSeq)
    #expect(notify.message.callID == request.callID)
    #expect(notify.message.fromTag == answer.toTag)
    #expect(notify.text.contains("version=\"\(notify.cSeq - 1)\" state=\"full\""))
    alice.respond(200, to: notify)
    let (_, sent) = try alice.again(request, answer, expires: 600)
    #expect(sent.summary.first == "200 SUBSCRIBE")
  }

  @Test("A watcher whose answer was lost with the process asks again and has one subscription")
  func lostAnswer() throws {
    bench.recordsAtOnce = false
    let (request, _) = try alice.sendWithDigest(alice.subscription(to: "bob"))
    try bench.recordChange()
    bench.recordsAtOnce = true
    try bench.restart()
    let sent = bench.send(request.again())
    #expect(sent.summary.first == "200 SUBSCRIBE")
    #expect(bench.exchange.subscriptionCount == 1)
    #expect(bench.state.subscriptions.count == 1)
  }

  @Test("Over TCP, NOTIFY waits for the connection that the phone opens after a restart")
  func newConnection() throws {
    let phone = try BenchPhone(
      bench, "alice", password: "secret1", at: "192.0.2.1:40001", over: .tcp, connection: 7)
    _ = try phone.watch("bob")
    let started = try bench.restart() + bench.advance(by: 1000)
    #expect(started.notifies.isEmpty)
    phone.flow.connection = .init(8)
    phone.flow.remote.port = 40_002
    let sent = try phone.sendWithDigest(phone.registration()).sent
    #expect(try sent.request(.notify).flow == phone.flow)
  }
}
