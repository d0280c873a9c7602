import Machines
import SIP

@testable import CallControl

/// The switchboard of a bench, driven with a log beside it.
final class LoggedCalls {
  let switchboard: Switchboard
  let witness = CallLogWitness()
  private(set) var steps: [Switchboard.Step] = []
  private let route: CallRoute
  private var time: Int64 = 1_769_860_800_000
  private var outbox: [CallBench.Sent] = []

  init(_ route: CallRoute = .targets([[CallBench.target(0)]])) {
    switchboard = CallBench().switchboard
    self.route = route
  }

  private var now: Now { .milliseconds(time) }

  @discardableResult
  func deliver(_ bytes: [UInt8], from flow: Flow) throws -> [CallBench.Sent] {
    outbox = []
    time += 40
    var message = try SIPMessage(bytes)
    if !message.isRequest {
      guard let (call, leg) = switchboard.match(response: message) else { return [] }
      try run(switchboard.take(.response(message, leg: leg), for: call, now: now))
    } else {
      message.stampReceived(from: flow.remote)
      if case .leg(let call, let leg) = switchboard.match(message) {
        try run(switchboard.take(.request(message, leg: leg, flow: flow), for: call, now: now))
      } else {
        try run(switchboard.open(message, identity: .trusted, source: flow, now: now))
      }
    }
    return outbox
  }

  func take(_ input: CallInput, for call: CallID) throws {
    try run(switchboard.take(input, for: call, now: now))
  }

  /// Until the last call is forgotten.
  func settle() throws {
    while let deadline = switchboard.nextDeadline?.milliseconds {
      time = max(time, deadline)
      while let call = switchboard.nextDue(now.steady) {
        try run(switchboard.take(.deadline, for: call, now: now))
      }
    }
  }

  private func run(_ step: Switchboard.Step?) throws {
    guard let step else { return }
    steps.append(step)
    try witness.note(step, live: switchboard[step.call])
    for action in step.actions {
      switch action {
      case .send(let transmission):
        outbox.append(
          CallBench.Sent(message: try SIPMessage(transmission.bytes), flow: transmission.flow))
        if let reference = transmission.reference {
          try take(.sent(reference, leg: transmission.leg), for: step.call)
        }
      case .route:
        let isFirst = switchboard[step.call]?.stage == .routing
        try take(.routed(isFirst ? route : .exhausted), for: step.call)
      case .closeMedia(let streams):
        for index in 0..<streams {
          let quality = MediaQuality(packets: 100, octets: 16_000, lost: 1, jitter: 2)
          let report = MediaReport(stream: index, fromCaller: quality, fromCallee: quality)
          try take(.mediaReport(report), for: step.call)
        }
      case .relay, .echo, .play, .releasePorts, .record, .locate, .noteFailure:
        break
      }
    }
  }
}

extension LoggedCalls {
  /// Alice calls bob, he rings and answers, she holds, he hangs up.
  static func answered() throws -> LoggedCalls {
    let (alice, bob, calls) = (TestParty.alice, TestParty.bob(), LoggedCalls())
    let invite = try calls.deliver(alice.invite(), from: alice.flow).request(.invite)
    try calls.deliver(bob.respond(180, to: invite), from: bob.flow)
    let answer = try calls.deliver(bob.respond(200, to: invite, body: bob.sdp()), from: bob.flow)
      .response(200)
    try calls.deliver(alice.request(.ack, cSeq: 1, dialog: answer), from: alice.flow)
    let hold = try calls.deliver(
      alice.request(.invite, cSeq: 2, dialog: answer, body: alice.sdp("sendonly", version: 2)),
      from: alice.flow
    ).request(.invite)
    let held = try calls.deliver(
      bob.respond(200, to: hold, tag: nil, body: bob.sdp("recvonly", version: 2)), from: bob.flow
    ).response(200)
    try calls.deliver(alice.request(.ack, cSeq: 2, dialog: held), from: alice.flow)
    let bye = try calls.deliver(
      bob.request(.bye, cSeq: 1, answering: invite, tag: "fb"), from: bob.flow
    ).request(.bye)
    try calls.deliver(alice.respond(200, to: bye, tag: nil), from: alice.flow)
    try calls.settle()
    return calls
  }

  /// Two phones ring, the second answers, the first is cancelled; the call is resumed with its
  /// media counted, and ends by the operator's hand.
  static func forked() throws -> LoggedCalls {
    let (alice, first, second) = (TestParty.alice, TestParty.bob(0), TestParty.bob(1))
    let calls = LoggedCalls(
      .targets([[CallBench.target(0), CallBench.target(1)], [CallBench.target(2)]]))
    let sent = try calls.deliver(alice.invite(), from: alice.flow)
    let one = try sent.request(.invite, to: first)
    let two = try sent.request(.invite, to: second)
    try calls.deliver(first.respond(183, to: one, body: first.sdp()), from: first.flow)
    try calls.deliver(second.respond(180, to: two), from: second.flow)
    let answer = try calls.deliver(
      second.respond(200, to: two, body: second.sdp()), from: second.flow)
    try calls.deliver(
      first.respond(200, to: answer.request(.cancel, to: first), tag: nil), from: first.flow)
    try calls.deliver(first.respond(487, to: one), from: first.flow)
    try calls.deliver(
      alice.request(.ack, cSeq: 1, dialog: answer.response(200)), from: alice.flow)
    guard let id = calls.steps.first?.call else { return calls }
    let quality = MediaQuality(packets: 500, octets: 80_000, lost: 0, jitter: 0.5)
    let report = MediaReport(stream: 0, fromCaller: quality, fromCallee: quality)
    try calls.take(.mediaProgress(report, lastPacket: calls.now.wall), for: id)
    try calls.take(.recovered(lastHeard: calls.now.wall), for: id)
    try calls.take(.mediaProgress(report, lastPacket: nil), for: id)
    try calls.take(.hangUp(reason: "test"), for: id)
    try calls.settle()
    return calls
  }

  /// Every phone refuses or stays silent.
  static func refused() throws -> LoggedCalls {
    let (alice, first) = (TestParty.alice, TestParty.bob(0))
    let calls = LoggedCalls(.targets([[CallBench.target(0)], [CallBench.target(1)]]))
    let one = try calls.deliver(alice.invite(), from: alice.flow).request(.invite)
    try calls.deliver(first.respond(486, to: one), from: first.flow)
    try calls.settle()
    return calls
  }
}
