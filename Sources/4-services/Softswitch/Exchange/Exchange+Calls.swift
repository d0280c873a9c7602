import CallControl
import Machines
import SIP

/// Something that a call wants done, held until what it depends on is on record.
struct HeldAction {
  /// The log's position when it was decided on.
  let after: UInt64
  let call: CallID
  let action: CallAction
}

// Steps of calls. Commit before send: a step's events go to the log, and nothing that it wants
// done is done before they are on record; not even a retransmission, which may carry a response
// that is still held.
extension Exchange {
  func take(_ input: CallInput, for call: CallID, now: Now) {
    run(switchboard.take(input, for: call, now: now), now: now)
  }

  /// Writes a step down and holds what it wants done, then takes every input that this brings
  /// about.
  func run(_ step: Switchboard.Step?, now: Now) {
    guard let step else { return }
    count(step)
    log.write(step)
    tellWatchers(of: step)
    usage.note(step)
    for action in step.actions {
      if case .route = action {
        // No secret is told by finding out where a call goes.
        follow(route(step.box.call, now: now), for: step.call)
      } else {
        held.append(HeldAction(after: log.position, call: step.call, action: action))
      }
    }
    settle(now)
  }

  private func settle(_ now: Now) {
    guard !isSettling else { return }
    isSettling = true
    while !pending.isEmpty {
      let inputs = pending
      pending.removeAll(keepingCapacity: true)
      for (call, input) in inputs { take(input, for: call, now: now) }
    }
    isSettling = false
  }

  /// The shell is about to flush what it sends: one write to the log for all that was decided
  /// since the last time, then what waited for it is done.
  ///
  /// What nothing waits for (a timer that started, an ACK that came) gathers until the next time,
  /// or for a second at most: whoever repeats it after a crash repeats it harmlessly.
  package func tickEnded(now: Now) {
    while let last = held.last {
      if !log.isOnRecord(last.after) { log.commit(now, switchboard) }
      let count = held.count
      letGo(now: now)
      // The last ones wait for the disk, which says when it is ready.
      guard held.count < count else { return }
    }
  }

  /// Does what has been waiting for the log and need not wait any more.
  package func letGo(now: Now) {
    guard let first = held.first, log.isOnRecord(first.after) else { return }
    let end = held.firstIndex { !log.isOnRecord($0.after) } ?? held.endIndex
    let due = held[..<end]
    held.removeSubrange(..<end)
    for item in due { perform(item.action, of: item.call) }
    settle(now)
  }

  /// Something waits for the log.
  package var isHolding: Bool { !held.isEmpty }

  private func perform(_ action: CallAction, of call: CallID) {
    switch action {
    case .send(let transmission): send(transmission, of: call)
    case .route: break
    case .locate(let leg, let query): locate(query, for: leg, of: call)
    case .noteFailure(let flow, let retryAfter): noteFailure(of: flow, retryAfter: retryAfter)
    case .relay(let plans): outlet.relay(call, plans)
    case .echo(let plans): outlet.echo(call, plans)
    case .play(let programme, let plans): outlet.play(call, programme, plans)
    case .closeMedia(let streams): outlet.closeMedia(call, streams: streams)
    case .releasePorts(let ports): outlet.release(ports)
    case .record(let records): outlet.save(records, of: call)
    }
  }

  /// The message leaves with the flush that follows: now its timers start.
  private func send(_ transmission: Transmission, of call: CallID) {
    let receipt = transmission.reference.map {
      SendReceipt.call(CallSending(call: call, leg: transmission.leg, transaction: $0))
    }
    let flow = transmission.flow
    let mayConnect = flow.transport == .tls && flow.connection == nil
    outlet.send(
      transmission.bytes, to: flow,
      serverName: mayConnect ? serverName(of: transmission.leg, in: call) : nil, receipt: receipt)
    if let reference = transmission.reference {
      pending.append((call, .sent(reference, leg: transmission.leg)))
    }
  }

  private func serverName(of leg: LegID, in call: CallID) -> String? {
    switchboard.box(call)?.call.leg(leg)?.serverName
  }

  /// The database has the records of a call.
  package func recordsSaved(of call: CallID) {
    log.recordsSaved(of: call)
  }

  private func count(_ step: Switchboard.Step) {
    for event in step.events {
      switch event {
      case .answered: counters.callsAnswered += 1
      case .recorded:
        counters.callsEnded += 1
        let status = step.box.call.release?.status ?? 0
        counters.callsEndedByStatus[status, default: 0] += 1
      default: break
      }
    }
  }
}
