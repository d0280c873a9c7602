import CallControl
import Machines
import SIP
import Testing

@testable import Softswitch

@Suite("The ladder diagram of a call")
struct LadderDiagramTests {
  @Test("A call that outlives its process")
  func wholeCall() throws {
    let calls = try TracedCalls()
    let (bench, trunk, bob) = (calls.bench, calls.trunk, calls.bob)
    let invite = trunk.invite("bob")
    let offered = try bench.send(invite).request(.invite)
    bench.advance(by: 700)
    bob.respond(180, to: offered)
    bench.advance(by: 2300)
    let answer = try bob.respond(200, to: offered).response(200)
    bench.advance(by: 20)
    bench.send(invite.inDialog(.ack, of: answer))
    calls.wait(seconds: 3)
    bench.advance(by: 400)
    try calls.kill(away: 250)
    calls.wait(seconds: 2)
    let bye = try bench.send(invite.inDialog(.bye, of: answer)).request(.bye)
    bench.advance(by: 30)
    bob.respond(200, to: bye)
    calls.write()
    let trace = try calls.trace()
    let text = LadderDiagram(trace).text.replacing("\(trace.id)", with: "(the call's id)")
    #expect(text == wholeDiagram)
  }

  @Test("An arrow to the second phone crosses the first one's upright")
  func forked() throws {
    let calls = try TracedCalls()
    let (bench, trunk, bob) = (calls.bench, calls.trunk, calls.bob)
    let other = try bench.bob(at: "192.0.2.3:5060")
    try other.register()
    let invite = trunk.invite("bob")
    let offered = bench.send(invite).filter { $0.summary == "INVITE" }
    let first = try #require(offered.first { $0.flow.remote == bob.flow.remote })
    let second = try #require(offered.first { $0.flow.remote == other.flow.remote })
    bob.respond(180, to: first)
    let answered = other.respond(200, to: second)
    let cancel = try answered.request(.cancel)
    bench.send(invite.inDialog(.ack, of: try answered.response(200)))
    bob.respond(200, to: cancel)
    bob.respond(487, to: first)
    calls.write()
    let trace = try calls.trace()
    #expect(
      trace.messages(of: LegID(1)) == [
        "< INVITE (1)", "> 180 Ringing (1 INVITE)", "< CANCEL (1)", "> 200 OK (1 CANCEL)",
        "> 487 Request Terminated (1 INVITE)", "< ACK (1)",
      ])
    #expect(
      trace.messages(of: LegID(2)) == ["< INVITE (1)", "> 200 OK (1 INVITE)", "< ACK (1)"])
    let lines = LadderDiagram(trace).lines
    let crossing = "├" + String(repeating: "─", count: 41) + "┼── INVITE (1) ─"
    #expect(lines.count { $0.contains(crossing) } == 1)
    #expect(
      trace.notes.contains(
        "bob@example.test at 192.0.2.2:5060 is out of it: 487 Answered Elsewhere"))
  }

  @Test("What strangers chose is text, and is cut where there is no room for it")
  func strangers() {
    let long = String(repeating: "x", count: 400)
    let message = TraceMessage(
      leg: .caller, isReceived: true, title: "200 \u{1B}[31m\(long)", cSeq: "1 INVITE",
      isAgain: false, media: ["audio \(long)"])
    let contents: [TraceRow.Content] = [
      .message(message), .note("\u{202E}\(long)"), .processEnded(long), .processBegan("\u{7}"),
    ]
    let trace = CallTrace(
      id: CallID(shard: Shard(1), number: 2), began: WallTime(nanoseconds: 0),
      dialled: "sip:\(long)", program: long,
      parties: [
        TraceParty(leg: .caller, name: "\u{1B}]0;\(long)", address: "udp:192.0.2.1:5060"),
        TraceParty(leg: LegID(1), name: long, address: long),
      ],
      rows: contents.map { TraceRow(time: WallTime(nanoseconds: 0), offset: .zero, content: $0) },
      isInProgress: false)
    let lines = LadderDiagram(trace).lines
    #expect(lines.allSatisfy { $0.count <= 98 })
    let controls = lines.joined().unicodeScalars.filter {
      [.control, .format].contains($0.properties.generalCategory)
    }
    #expect(controls.isEmpty)
    #expect(
      lines.contains {
        $0.contains("├── 200 \\u{1b}[31mxxx") && $0.contains("… (1 INVITE) ─")
      })
    #expect(lines.contains { $0.contains("• \\u{202e}xxx") })
    #expect(lines.contains { $0.contains("═══ \\u{7} ═") })
  }

  @Test(
    "Times before the beginning, and far after it",
    arguments: [
      (Duration.milliseconds(-1500), "-1.500"), (.zero, "0.000"),
      (.nanoseconds(61_004_999_999), "61.004"),
      (.seconds(86_400), "86400.000"),
    ])
  func stamps(duration: Duration, text: String) {
    #expect(duration.thousandths == text)
  }
}

private let wholeDiagram = """
  Call (the call's id): sip:trunk@example.test dials sip:bob@example.test
  2027-01-15T08:00:00.000Z by a1 1.0

   sip:trunk@example.test                            Tandem                         bob@example.test
    udp:203.0.113.9:5060                                                          udp:192.0.2.2:5060
              │                                         │                                         │
       +0.000 ├── INVITE (1) ──────────────────────────▶│                                         │
              │  audio 203.0.113.9:40000 PCMU sendrecv  │                                         │
       +0.000 │◀─ 100 Trying (1 INVITE) ────────────────┤                                         │
       +0.000 │ • routed to 1 phone of bob@example.test; media comes through Tandem               │
       +0.000 │                                         ├── INVITE (1) ──────────────────────────▶│
              │                                         │  audio 198.51.100.1:20000 PCMU sendrecv │
       +0.500 │                                         ├── INVITE (1) again ────────────────────▶│
       +0.700 │                                         │◀─ 180 Ringing (1 INVITE) ───────────────┤
       +0.700 │ • bob@example.test rings                │                                         │
       +0.700 │◀─ 180 Ringing (1 INVITE) ───────────────┤                                         │
              │                                         │                                         │
       +3.000 │                                         │◀─ 200 OK (1 INVITE) ────────────────────┤
              │                                         │  audio 192.0.2.2:40000 PCMU sendrecv    │
       +3.000 │ • codec PCMU/8000                       │                                         │
       +3.000 │ • answered by bob@example.test          │                                         │
       +3.000 │                                         ├── ACK (1) ─────────────────────────────▶│
       +3.000 │ • media: sip:trunk@example.test ⇄ port 20002, port 20000 ⇄ bob@example.test       │
       +3.000 │◀─ 200 OK (1 INVITE) ────────────────────┤                                         │
              │  audio 198.51.100.1:20002 PCMU sendrecv │                                         │
       +3.020 ├── ACK (1) ─────────────────────────────▶│                                         │
              │                                         │                                         │
       +6.020 ═══ process died: this is its last sign of life ══════════════════════════════════════
       +6.670 ═══ process started (a1 1.1), 0.650 s later ══════════════════════════════════════════
       +6.670 │ • taken up again from the log; a party was last heard 3.650 s before              │
              │                                         │                                         │
       +8.670 ├── BYE (2) ─────────────────────────────▶│                                         │
       +8.670 │◀─ 200 OK (2 BYE) ───────────────────────┤                                         │
       +8.670 │ • released by the caller: 200 OK        │                                         │
       +8.670 │                                         ├── BYE (2) ─────────────────────────────▶│
       +8.670 │ • stream 1: from the caller 100 packets, 0 lost, jitter 0.0 ms; from the callee 50
              │   packets, 0 lost, jitter 0.0 ms        │                                         │
       +8.670 │ • the call's record is made             │                                         │
       +8.700 │                                         │◀─ 200 OK (2 BYE) ───────────────────────┤

  """
