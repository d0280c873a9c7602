import CallControl
import Journaling
import Machines
import SIP
import Testing

@testable import Softswitch

@Suite("What the log tells of a call")
struct CallTraceTests {
  private let calls: TracedCalls
  private let bench: ExchangeBench
  private let trunk: BenchPhone
  private let bob: BenchPhone

  init() throws {
    calls = try TracedCalls()
    (bench, trunk, bob) = (calls.bench, calls.trunk, calls.bob)
  }

  private func talk() throws -> (invite: PhoneRequest, answer: SIPMessage) {
    let invite = trunk.invite("bob")
    let offered = try bench.send(invite).request(.invite)
    let answer = try bob.respond(200, to: offered).response(200)
    bench.send(invite.inDialog(.ack, of: answer))
    return (invite, answer)
  }

  @Test("What is sent again is marked: a request, a 200, a rejection")
  func again() throws {
    let invite = trunk.invite("bob")
    let offered = try bench.send(invite).request(.invite)
    bench.advance(by: 1600)
    bob.respond(200, to: offered)
    bench.advance(by: 600)
    calls.write()
    let trace = try calls.trace()
    #expect(
      trace.messages(of: LegID(1)) == [
        "< INVITE (1)", "< INVITE (1) again", "< INVITE (1) again", "> 200 OK (1 INVITE)",
        "< ACK (1)",
      ])
    #expect(
      trace.messages(of: .caller) == [
        "> INVITE (1)", "< 100 Trying (1 INVITE)", "< 200 OK (1 INVITE)",
        "< 200 OK (1 INVITE) again",
      ])

    let refused = trunk.invite("nobody")
    bench.advance(by: 1)
    bench.send(refused)
    bench.advance(by: 600)
    calls.write()
    let rejection = try calls.trace(refused.callID)
    #expect(
      rejection.messages(of: .caller) == [
        "> INVITE (1)", "< 100 Trying (1 INVITE)", "< 404 Not Found (1 INVITE)",
        "< 404 Not Found (1 INVITE) again",
      ])
    #expect(rejection.notes.first == "released by the system: 404 Not Found")
  }

  @Test("A description is shown when it is news, and hold is")
  func hold() throws {
    let (invite, answer) = try talk()
    var hold = invite.inDialog(.invite, of: answer)
    hold.contact = invite.contact
    hold.body =
      Array(
        String(decoding: invite.body, as: UTF8.self)
          .replacing("o=trunk 1 1 ", with: "o=trunk 1 2 ").utf8) + Array("a=sendonly\r\n".utf8)
    let offered = try bench.send(hold).request(.invite)
    let held = try bob.respond(200, to: offered).response(200)
    bench.send(hold.inDialog(.ack, of: held))
    calls.write()
    let media = try calls.trace().rows.compactMap { row -> String? in
      guard case .message(let message) = row.content, !message.media.isEmpty else { return nil }
      return (message.leg == .caller ? "caller " : "phone ")
        + (message.isReceived ? "> " : "< ") + message.media.joined(separator: ", ")
    }
    #expect(
      media.suffix(3) == [
        "caller > audio 203.0.113.9:40000 PCMU sendonly",
        "phone < audio 198.51.100.1:20000 PCMU sendonly",
        "caller < audio 198.51.100.1:20002 PCMU recvonly",
      ])
  }

  @Test("Two ends of the process, one on purpose, while the call goes on")
  func twoEnds() throws {
    _ = try talk()
    calls.wait(seconds: 2)
    try calls.kill(away: 100)
    calls.wait(seconds: 1)
    bench.exchange.closeLog(reason: "stopped", now: bench.now)
    try calls.kill(away: 2000)
    calls.wait(seconds: 1)
    let trace = try calls.trace()
    let ends = trace.rows.compactMap { row -> String? in
      switch row.content {
      case .processEnded(let text), .processBegan(let text):
        "\(row.offset.thousandths) \(text)"
      case .message, .note: nil
      }
    }
    #expect(
      ends == [
        "2.000 process died: this is its last sign of life",
        "2.100 process started (a1 1.1), 0.100 s later",
        "3.100 process ended on purpose: stopped",
        "5.100 process started (a1 1.1), 2.000 s later",
      ])
    #expect(trace.notes.count { $0.hasPrefix("taken up again") } == 2)
    #expect(trace.notes.last == "in progress; the process's last sign of life")
    #expect(trace.rows.last?.offset == .milliseconds(6100))
  }

  @Test("A process that ended after the call is no part of it")
  func laterEnd() throws {
    let (invite, answer) = try talk()
    bob.respond(200, to: try bench.send(invite.inDialog(.bye, of: answer)).request(.bye))
    bench.expectNothingLeft()
    calls.write()
    try calls.kill(away: 100)
    let trace = try calls.trace(invite.callID)
    #expect(!trace.isInProgress)
    #expect(trace.messages(of: .caller).suffix(2) == ["> BYE (2)", "< 200 OK (2 BYE)"])
    for row in trace.rows {
      switch row.content {
      case .processEnded, .processBegan: Issue.record("\(row)")
      case .message, .note: break
      }
    }
  }

  @Test("After a failure of the disk the trace says that it has a gap")
  func gap() throws {
    let (invite, answer) = try talk()
    calls.wait(seconds: 1)
    bench.disk.writeFault = .system(call: "write", code: JournalFault.noSpace)
    let body = Array("a=x".utf8)
    var info = invite.inDialog(.info, of: answer)
    info.body = body
    bob.respond(200, to: try bench.send(info).request(.info))
    calls.wait(seconds: 2)
    bench.disk.writeFault = nil
    calls.wait(seconds: 3)
    let trace = try calls.trace()
    #expect(
      trace.notes.contains("the log has a gap before this: its disk failed, or is damaged"))
    #expect(!trace.messages(of: .caller).contains { $0.contains("INFO") })
    bob.respond(
      200, to: try bench.send(invite.inDialog(.bye, of: answer, cSeq: 3)).request(.bye))
    calls.write()
    #expect(try calls.trace(invite.callID).messages(of: .caller).last == "< 200 OK (3 BYE)")
  }

  @Test("A damaged log never stops the reading, wherever an octet has changed")
  func damage() throws {
    let (invite, answer) = try talk()
    try calls.kill(away: 100)
    bob.respond(200, to: try bench.send(invite.inDialog(.bye, of: answer)).request(.bye))
    calls.write()
    let whole = try calls.trace(invite.callID)
    let segments = try bench.disk.segments()
    var cut = 0
    for segment in segments {
      for offset in 0..<(try bench.disk.length(of: segment)) where offset.isMultiple(of: 7) {
        bench.disk.flip(segment, at: offset, 0x20)
        defer { bench.disk.flip(segment, at: offset, 0x20) }
        if case .found(whole) = try calls.find("\(whole.id)") { continue }
        cut += 1
      }
    }
    #expect(cut > 0)
    #expect(try calls.trace(invite.callID) == whole, "nothing was changed for good")
  }
}
