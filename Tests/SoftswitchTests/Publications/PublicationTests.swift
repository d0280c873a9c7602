import SIP
import Testing

@testable import Softswitch

@Suite("Published presence: RFC 3903")
struct PublicationTests {
  private let bench: ExchangeBench
  private let alice: BenchPhone
  private let bob: BenchPhone

  init() throws {
    bench = try ExchangeBench()
    alice = try bench.alice()
    bob = try bench.bob()
  }

  private func publish(_ request: PhoneRequest) throws -> [Sent] {
    try bob.sendWithDigest(request).sent
  }

  private func published() throws -> String {
    let answer = try publish(bob.publication("open")).response(200)
    #expect(answer.firstValue(.expires) == "3600")
    return try #require(answer.firstValue(.sipETag))
  }

  @Test("Watchers are told what is published, and when it is taken back")
  func told() throws {
    _ = try alice.watch("bob", event: "presence")
    bench.advance(by: 6000)
    var busy = bob.publication("open")
    busy.body = Array(pidf("open", of: bob.address, activity: "<r:away/><r:evil/>").utf8)
    let sent = try publish(busy)
    #expect(sent.summary == ["200 PUBLISH", "NOTIFY"])
    let notify = try sent.request(.notify)
    #expect(notify.text.contains("<basic>open</basic>"))
    #expect(notify.text.contains("<note>At &lt;home&gt;</note>"))
    #expect(notify.text.contains("<rpid:activities><rpid:away/></rpid:activities>"))
    alice.respond(200, to: notify)
    bench.advance(by: 6000)
    let tag = try #require(try sent.response(200).firstValue(.sipETag))
    let removed = try publish(bob.publication(nil, expires: 0, ifMatch: tag))
    #expect(try removed.request(.notify).text.contains("<basic>closed</basic>"))
    #expect(bench.state.publications.isEmpty)
  }

  @Test("Each PUBLISH has a new tag, and the old one is of no use any more: §6")
  func tags() throws {
    let first = try published()
    let refreshed = try publish(bob.publication(nil, ifMatch: first)).response(200)
    let second = try #require(refreshed.firstValue(.sipETag))
    #expect(second != first)
    #expect(try publish(bob.publication(nil, ifMatch: first)).summary == ["412 PUBLISH"])
    let modified = try publish(bob.publication("closed", ifMatch: second)).response(200)
    #expect(modified.firstValue(.sipETag) != second)
    #expect(bench.exchange.publicationCount == 1)
    #expect(bench.state.publications.count == 1)
  }

  @Test("It is on record before its 200, and a retransmission publishes nothing twice")
  func onRecord() throws {
    bench.recordsAtOnce = false
    let (request, sent) = try bob.sendWithDigest(bob.publication("open"))
    #expect(sent.isEmpty)
    #expect(bench.send(request).isEmpty)
    #expect(try bench.recordChange().summary == ["200 PUBLISH"])
    #expect(bench.send(request).summary == ["200 PUBLISH"])
    #expect(bench.exchange.publicationCount == 1)
  }

  @Test("What cannot be recorded changes nothing, and the tag is still good")
  func unrecorded() throws {
    let tag = try published()
    bench.recordsAtOnce = false
    let change = bob.publication("closed", ifMatch: tag)
    #expect(try publish(change).isEmpty)
    #expect(try publish(bob.publication(nil, ifMatch: tag)).summary == ["412 PUBLISH"])
    #expect(try bench.recordChange(isOnRecord: false).summary == ["500 PUBLISH"])
    bench.recordsAtOnce = true
    #expect(try publish(bob.publication(nil, ifMatch: tag)).summary == ["200 PUBLISH"])
  }

  @Test("It ends by itself, and watchers hear of it")
  func expiry() throws {
    #expect(try publish(bob.publication("open", expires: 60)).summary == ["200 PUBLISH"])
    let (_, _, notify) = try alice.watch("bob", event: "presence")
    #expect(notify.text.contains("<basic>open</basic>"))
    let later = bench.advance(by: 61_000).notifies
    #expect(later.first?.text.contains("<basic>closed</basic>") == true)
    #expect(bench.exchange.publicationCount == 0)
  }

  @Test("It outlives the process with its tag")
  func restart() throws {
    let tag = try published()
    try bench.restart()
    #expect(bench.exchange.publicationCount == 1)
    #expect(try publish(bob.publication(nil, ifMatch: tag)).summary == ["200 PUBLISH"])
  }

  @Test("What is not taken, and how it is said")
  func refused() throws {
    var other = bob.publication("open")
    other.uri = alice.address
    #expect(try publish(other).summary == ["403 PUBLISH"])
    var event = bob.publication("open")
    event.headers = [(.event, "dialog")]
    #expect(try publish(event).summary == ["489 PUBLISH"])
    #expect(try publish(bob.publication(nil)).summary == ["400 PUBLISH"])
    #expect(try publish(bob.publication("open", expires: 5)).summary == ["423 PUBLISH"])
    #expect(try publish(bob.publication("open", ifMatch: "a, b")).summary == ["400 PUBLISH"])
    var text = bob.publication("open")
    text.contentType = "text/plain"
    #expect(try publish(text).summary == ["415 PUBLISH"])
    var bad = bob.publication("open")
    bad.body = Array("<presence><tuple></presence>".utf8)
    #expect(try publish(bad).summary == ["400 PUBLISH"])
    bad.body = [UInt8](repeating: 0x20, count: 9000)
    bad.callID += "x"
    #expect(try publish(bad).summary == ["413 PUBLISH"])
    #expect(bench.exchange.publicationCount == 0)
  }

  @Test("A subscriber has a limit")
  func limit() throws {
    for _ in 0..<PublicationPolicy().maximumPerAddress { _ = try published() }
    #expect(try publish(bob.publication("open")).summary == ["403 PUBLISH"])
  }
}
