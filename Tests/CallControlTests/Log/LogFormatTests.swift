import SIP
import Testing

@testable import CallControl

/// The format as it is on disk. When one of these fails, logs of programs that run today can no
/// longer be read: give the change a new tag, field or version instead of new octets here.
@Suite("The call log's format, version 1")
struct LogFormatTests {
  @Test("How a call begins")
  func beginning() throws {
    let step = CallLogStep(
      now: LogSamples.now, cause: .request(leg: .caller, method: .invite, cSeq: 300),
      events: [
        .opened(LogSamples.opening), .leg(.caller, .inviteReceived(invite)),
        .leg(.caller, .inviteServer(cSeq: 300, .responded(provisional: [0x53, 0x49, 0x50]))),
      ])
    try expect(
      step,
      """
      0301aab4fad3a8c1e78f3101a0caf9d3a8c1e78f31010001ac02030109ff071032547698badcfe0014736970
      3a626f62406578616d706c652e746573740112616c696365406578616d706c652e746573748a010900011261
      6c696365406578616d706c652e74657374107369703a3139382e35312e3130302e318e4e090d63616c6c2d31
      40c3a46c696365046f75727306746865697273163c7369703a626f62406578616d706c652e746573743e1c22
      4122203c7369703a616c696365406578616d706c652e746573743e137369703a616c696365403139322e302e
      322e31020a3c7369703a613b6c723e073c7369703a623effffffff0f010704010004818480800cc427000000
      01165349502f322e302031303020547279696e670d0a0d0a0102075375626a656374054c756e636805582d4f
      776e000500140601087a39684734624b6105165349502f322e302031303020547279696e670d0a0d0a00163c
      7369703a626f62406578616d706c652e746573743e000402030600000000b80d01200100000000000000ffff
      0301ffffffffffffffffff010102020100010000050015ac020103534950
      """)
  }

  @Test("How a call goes on, and ends")
  func end() throws {
    let step = CallLogStep(
      now: LogSamples.now,
      cause: .response(leg: LegID(1), status: 200, method: .bye, cSeq: 2, reason: "Fine"),
      events: [
        .routed(groups: [[target]], isAnchored: false),
        .groupDialled(ringDeadline: LogSamples.soon),
        .leg(LegID(1), .inviteClient(branch: "b", sent)),
        .leg(LegID(1), .remoteDescribed(LogSamples.remote)),
        .answered(by: .leg(LegID(1)), LogSamples.now, until: LogSamples.later),
        .mediaReported(LogSamples.report),
        .released(
          CallRelease(time: LogSamples.now, by: .callee, status: 200, reason: "OK", note: nil)),
      ])
    try expect(
      step,
      """
      0301aab4fad3a8c1e78f3101a0caf9d3a8c1e78f31020190030302010446696e650702010104077369703a62
      406304010004818480800cc427000162010003d00f05011901620100d00f01a280cab5ee0105012a02165349
      502f322e302031303020547279696e670d0a0d0a0205010401a01f00010001050000000000070101000001a2
      80cab5ee010e030404b0ea0180fca40205000000000000f43f0400000000000000000000000c050000029003
      024f4b00
      """)
  }

  @Test("How a call is sent on")
  func diversion() throws {
    let step = CallLogStep(
      now: LogSamples.now, cause: .routed,
      events: [
        .redirected(contacts: ["sip:c@d"]), .rerouting(RouteInquiry(reason: nil)),
        .rerouting(RouteInquiry(reason: .deflection, contacts: ["sip:c@d"])),
        .searchLimited(until: LogSamples.soon),
      ] + DiversionReason.allCases.map { .diverted(LogSamples.diversion($0)) })
    try expect(
      step,
      """
      0301aab4fad3a8c1e78f3101a0caf9d3a8c1e78f31060a3a01077369703a6340643b0200003b020106010773
      69703a63406439d00f38040e62406578616d706c652e74657374127369703a63406578616d706c652e746573
      74018e4e38040e62406578616d706c652e74657374127369703a63406578616d706c652e74657374028e4e38
      040e62406578616d706c652e74657374127369703a63406578616d706c652e74657374038e4e38040e624065
      78616d706c652e74657374127369703a63406578616d706c652e74657374048e4e38040e62406578616d706c
      652e74657374127369703a63406578616d706c652e74657374058e4e38040e62406578616d706c652e746573
      74127369703a63406578616d706c652e74657374068e4e
      """)
  }

  private var sent: InviteClientTransaction.Event {
    .sent(a: nil, interval: LogSamples.half, b: LogSamples.later)
  }

  private var target: CallTarget {
    CallTarget(uri: "sip:b@c", flow: LogSamples.udp, party: "b", isBehindNAT: true)
  }

  private var invite: ReceivedInvite {
    LogSamples.received(.proceeding(provisional: nil), nil)
  }

  private func expect(_ step: CallLogStep, _ hex: String) throws {
    let expected = hex.filter { !$0.isWhitespace }
    var bytes: [UInt8] = []
    step.encode(into: &bytes)
    #expect(bytes.map(\.hex).joined() == expected)
    let digits = Array(expected)
    let stored = stride(from: 0, to: digits.count - 1, by: 2).compactMap {
      UInt8(String(digits[$0...$0 + 1]), radix: 16)
    }
    #expect(try CallLogStep.decode(stored[...], version: 1) == step)
  }
}

extension UInt8 {
  fileprivate var hex: String { (self < 16 ? "0" : "") + String(self, radix: 16) }
}
