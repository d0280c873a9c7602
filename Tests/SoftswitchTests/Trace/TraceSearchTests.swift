import CallControl
import Journaling
import Machines
import SIP
import Testing

@testable import Softswitch

@Suite("Finding a call in the log")
struct TraceSearchTests {
  private let calls: TracedCalls
  private let invite: PhoneRequest
  private let offered: Sent
  private let id: CallID

  init() throws {
    calls = try TracedCalls()
    invite = calls.trunk.invite("bob")
    offered = try calls.bench.send(invite).request(.invite)
    calls.bob.respond(180, to: offered)
    calls.write()
    id = try #require(calls.bench.exchange.calls.first { _ in true }).id
    // Another one, so that not every search finds the only one.
    calls.bench.send(calls.trunk.invite("bob"))
    calls.write()
  }

  private func expectFound(
    _ text: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    guard case .found(let trace) = try calls.find(text) else {
      Issue.record("\(text) is not found", sourceLocation: sourceLocation)
      return
    }
    #expect(trace.id == id, sourceLocation: sourceLocation)
    #expect(trace.messages(of: .caller).count == 3, sourceLocation: sourceLocation)
  }

  @Test("By its id, in either case, by an id's beginning, by the record of one of its phones")
  func byID() throws {
    let text = "\(id)"
    try expectFound(text)
    try expectFound(text.uppercased())
    try expectFound(String(text.prefix(TraceSearch.shortestPrefix)))
    try expectFound(text + "-1")
  }

  @Test("By the Call-ID of either leg")
  func byCallID() throws {
    try expectFound(invite.callID)
    try expectFound(try #require(offered.message.callID))
  }

  @Test(
    "What names no call finds none",
    arguments: ["", "aaaaaaaaaaaaaaa", "abcdef", "nobody@192.0.2.1", "\u{0}", "-"])
  func unknown(text: String) throws {
    #expect(try calls.find(text) == .unknown)
  }

  @Test("A beginning that is too short finds none")
  func short() throws {
    #expect(try calls.find(String("\(id)".prefix(TraceSearch.shortestPrefix - 1))) == .unknown)
  }

  @Test("An empty log has no calls")
  func empty() throws {
    #expect(try TraceSearch.find("\(id)", in: MemoryDisk()) == .unknown)
  }

  @Test("A beginning of several lists them")
  func several() throws {
    let twins = MemoryDisk()
    let journal = try Journal(
      disk: twins, options: JournalOptions(), opening: [], version: callLogVersion,
      now: calls.bench.now.steady)
    for number in 0..<UInt64(30) {
      _ = try JournalReader.scanAll(calls.bench.disk, where: { $0 == RecordKey(.step, id) }) {
        let record = $0
        let twin = CallID(shard: id.shard, number: id.number & ~31 | number)
        journal.append(RecordKey(.step, twin)) { $0 += record.payload }
      }
    }
    journal.commit(now: calls.bench.now.steady)
    guard
      case .several(let shown, let count) = try TraceSearch.find(
        String("\(id)".prefix(14)), in: twins)
    else {
      Issue.record("several are found")
      return
    }
    #expect(count == 30)
    #expect(shown.count == TraceSearch.maximumCandidates)
    #expect(Set(shown.map(\.id)).count == TraceSearch.maximumCandidates)
    #expect(Set(shown.map(\.dialled)) == ["sip:bob@example.test"])
    // All of them have the Call-ID too, in these hand-made records.
    guard case .several(_, count: 30) = try TraceSearch.find(invite.callID, in: twins) else {
      Issue.record("several have the Call-ID")
      return
    }
  }
}
