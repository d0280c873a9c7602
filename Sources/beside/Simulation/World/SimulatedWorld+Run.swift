import Machines

extension SimulatedWorld {
  /// Runs the seed to its end.
  ///
  /// - Returns: the rule that was broken, if one was.
  @discardableResult
  package func run() -> SimulationFailure? {
    populate()
    node.start()
    plan()
    run(until: began + profile.duration)
    // Longer than any timer and the longest call together; it is over as soon as all is quiet.
    let end = began + profile.duration + .seconds(420)
    while failure == nil, time < end, !isQuiet { run(until: time + .seconds(1)) }
    if failure == nil { checkEnd() }
    countSessions()
    return failure
  }

  private func countSessions() {
    for session in sessions {
      if session.isOpened { tally.calls += 1 }
      if session.isAnswered { tally.answered += 1 }
      if session.legs.count > 1 { tally.forked += 1 }
      if session.isDoubtful { tally.doubtful += 1 }
    }
    tally.records = node.database.records.count
  }

  /// Nobody has anything more to say.
  private var isQuiet: Bool {
    guard let process = node.process, process.exchange.calls.allSatisfy({ _ in false }) else {
      return false
    }
    return !process.exchange.isHolding && !process.hasUnwrittenRecords
      && phones.allSatisfy { phone in
        phone.isGone || phone.calls.allSatisfy { $0.isOver || $0.session.isDoubtful }
      }
  }

  /// Nothing is left of the session at its phones, at the node and on the way to its record.
  func isOver(_ session: Session) -> Bool {
    if session.began > time { return true }
    for phone in phones {
      for call in phone.calls where call.session === session {
        if !call.isOver { return false }
        if session.isOpened, call.isCaller, node.database.main(of: call.callID) == nil {
          return false
        }
      }
    }
    guard let calls = node.process?.exchange.calls else { return false }
    return calls.allSatisfy { Session.number(callID: $0.caller.dialog.callID) != session.number }
  }
}
