import CallControl
import Journaling
import Machines
import SIP
import Testing

@testable import Softswitch

/// Calls at a bench whose log is read afterwards, with the marks that a node's processes write.
struct TracedCalls {
  let bench: ExchangeBench
  let trunk: BenchPhone
  let bob: BenchPhone

  init() throws {
    bench = try ExchangeBench()
    trunk = try bench.trunk()
    bob = try bench.bob()
    try bob.register()
    bench.exchange.log.writeStarted(bench.now, node: "a1", version: "1.0")
    bench.exchange.heartbeat(now: bench.now)
  }

  /// Lets time pass with a sign of life each second.
  func wait(seconds: Int) {
    for _ in 0..<seconds {
      bench.advance(by: 1000)
      bench.exchange.heartbeat(now: bench.now)
    }
  }

  /// kill -9, and another process after a while.
  @discardableResult
  func kill(away milliseconds: Int64) throws -> [Sent] {
    bench.disk.crash(.process)
    let began = bench.now.steady.nanoseconds + milliseconds * 1_000_000
    let now = Now(
      steady: Instant(nanoseconds: began), wall: WallTime(nanoseconds: began))
    let journal = try Journal(
      disk: bench.disk, options: JournalOptions(), opening: [], version: callLogVersion,
      now: now.steady)
    CallLog(journal).writeStarted(now, node: "a1", version: "1.1")
    journal.commit(now: now.steady)
    return try bench.restart(after: milliseconds)
  }

  /// What has gathered goes to the disk.
  func write() { bench.exchange.heartbeat(now: bench.now) }

  func find(_ text: String) throws -> TraceSearch.Finding {
    try TraceSearch.find(text, in: bench.disk)
  }

  func trace(_ text: String) throws -> CallTrace {
    guard case .found(let trace) = try find(text) else {
      throw Missing(text: text)
    }
    return trace
  }

  /// The newest call.
  func trace() throws -> CallTrace {
    let call = try #require(bench.exchange.calls.max { $0.opening.time < $1.opening.time })
    return try trace("\(call.id)")
  }
}

struct Missing: Error {
  let text: String
}

extension CallTrace {
  /// Messages in short: `> INVITE (1)` to Tandem, `< 100 Trying (1 INVITE)` from it.
  func messages(of leg: LegID) -> [String] {
    rows.compactMap { row in
      guard case .message(let message) = row.content, message.leg == leg else { return nil }
      return (message.isReceived ? "> " : "< ") + message.text
    }
  }

  var notes: [String] {
    rows.compactMap { if case .note(let text) = $0.content { text } else { nil } }
  }
}
