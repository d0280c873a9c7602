import Machines
import SIP
import Testing

@testable import CallControl

@Suite("A call asks again where it goes")
struct DiversionTests {
  let alice = TestParty.alice
  let first = TestParty.bob(0)
  let second = TestParty.bob(1)

  private func diversion(_ number: Int) -> Diversion {
    Diversion(
      from: "bob\(number)@example.test", to: "sip:bob\(number + 1)@example.test", reason: .busy,
      time: WallTime(nanoseconds: 0))
  }

  @Test("What is asked says why the phones failed")
  func inquiries() throws {
    let cases: [(status: Int, rings: Bool, reason: DiversionReason?)] = [
      (486, false, .busy), (600, true, .busy), (603, false, .busy), (480, true, .noAnswer),
      (480, false, .busy), (408, false, .unregistered), (408, true, .noAnswer), (404, false, nil),
      (500, true, nil),
    ]
    for (status, rings, reason) in cases {
      let bench = CallBench()
      var asked: RouteInquiry?
      bench.reroute = { call in
        if case .rerouting(let inquiry) = call.stage { asked = inquiry }
        return .exhausted
      }
      let invite = try bench.deliver(alice.invite(), from: alice.flow).request(.invite)
      if rings { try bench.deliver(first.respond(180, to: invite), from: first.flow) }
      try bench.deliver(first.respond(status, to: invite), from: first.flow)
      #expect(asked == RouteInquiry(reason: reason), "\(status), \(rings)")
      bench.expectNothingLeft()
    }
  }

  @Test("An exchange that never ends is stopped: by the legs that a call may have")
  func endless() throws {
    let bench = CallBench()
    bench.reroute = { _ in .targets([[CallBench.target(0)]]) }
    var sent = try bench.deliver(alice.invite(), from: alice.flow)
    var tries = 0
    while let invite = sent.first(where: { $0.message.kind == .request(.invite) })?.message {
      tries += 1
      sent = try bench.deliver(first.respond(486, to: invite), from: first.flow)
    }
    #expect(tries == 31)
    #expect(sent.summary == ["ACK", "486"])
    bench.expectNothingLeft()
  }

  @Test("No more diversions are recorded than a call may have")
  func bounded() throws {
    let bench = CallBench()
    bench.reroute = { call in
      call.legs.count > 2
        ? .exhausted
        : .diverted((0..<9).map(diversion), then: .targets([[CallBench.target(1)]]))
    }
    let invite = try bench.deliver(alice.invite(), from: alice.flow).request(.invite)
    let sent = try bench.deliver(first.respond(486, to: invite), from: first.flow)
    #expect(bench.onlyCall?.diversions.count == 5)
    // By now its history makes the request too large for a datagram.
    let next = try #require(sent.first { $0.message.kind == .request(.invite) })
    #expect(next.flow.remote == second.flow.remote && next.flow.transport == .tcp)
    try bench.deliver(second.respond(404, to: next.message), from: second.flow)
    bench.expectNothingLeft()
    #expect(bench.records.first?.cause == 404, "the last callee's word, not the first's")
  }

  @Test("Redirections of several phones are kept until the last has failed, five at most")
  func redirections() throws {
    let bench = CallBench { _ in .targets([[CallBench.target(0), CallBench.target(1)]]) }
    var contacts: [String] = []
    bench.reroute = { call in
      if case .rerouting(let inquiry) = call.stage { contacts = inquiry.contacts }
      return .exhausted
    }
    let sent = try bench.deliver(alice.invite(), from: alice.flow)
    let two = try sent.request(.invite, to: second)
    let many = (1...9).map { "<sip:\($0)@example.test>" }.joined(separator: ", ")
    var writer = MessageWriter.response(
      to: try sent.request(.invite, to: first), status: 300, toTag: "r")
    writer.add(.contact, many)
    #expect(try bench.deliver(writer.finish(), from: first.flow).summary == ["ACK"])
    #expect(try bench.deliver(second.respond(480, to: two), from: second.flow).count == 2)
    #expect(contacts == (1...5).map { "sip:\($0)@example.test" })
    bench.expectNothingLeft()
  }
}
