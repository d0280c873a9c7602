import CallControl
import Machines
import SIP

// Steps of calls: what they ask for is done here, in order.
extension Exchange {
  func take(_ input: CallInput, for call: CallID, now: Now) {
    run(switchboard.take(input, for: call, now: now), now: now)
  }

  /// Carries a step out, then every input that this brings about.
  ///
  /// This is the place where a durable log comes in: the events of a step have to be on record
  /// before its first action.
  func run(_ step: Switchboard.Step?, now: Now) {
    guard let step else { return }
    count(step.events)
    for action in step.actions { perform(action, of: step.call, now: now) }
    guard !isSettling else { return }
    isSettling = true
    while !pending.isEmpty {
      let inputs = pending
      pending.removeAll(keepingCapacity: true)
      for (call, input) in inputs { take(input, for: call, now: now) }
    }
    isSettling = false
  }

  private func perform(_ action: CallAction, of call: CallID, now: Now) {
    switch action {
    case .send(let transmission): send(transmission, of: call)
    case .route:
      if let route = switchboard[call].map({ self.route($0.opening, now: now) }) {
        pending.append((call, .routed(route)))
      }
    case .relay(let plans): outlet.relay(call, plans)
    case .echo(let plans): outlet.echo(call, plans)
    case .closeMedia(let streams): outlet.closeMedia(call, streams: streams)
    case .releasePorts(let ports): outlet.release(ports)
    case .record(let record): outlet.save(record)
    }
  }

  private func send(_ transmission: Transmission, of call: CallID) {
    let receipt = transmission.reference.map {
      SendReceipt(call: call, leg: transmission.leg, transaction: $0)
    }
    outlet.send(transmission.bytes, to: transmission.flow, receipt: receipt)
    if let reference = transmission.reference {
      pending.append((call, .sent(reference, leg: transmission.leg)))
    }
  }

  private func count(_ events: [CallEvent]) {
    for event in events {
      switch event {
      case .answered: counters.callsAnswered += 1
      case .recorded: counters.callsEnded += 1
      default: break
      }
    }
  }
}
