import CallControl
import Machines

/// What became of the calls that a log held.
package struct RecoverySummary: Equatable, Sendable {
  /// Calls that were in progress.
  package var calls = 0
  /// Calls that are over and only absorb what still comes for them.
  package var lingering = 0
  /// Pairs of media ports that could not be had again.
  package var lostPorts = 0
}

// The start after an end of whatever kind.
extension Exchange {
  /// Takes up the calls of the log. Before the first message is received; what the calls have to
  /// send is held until the first `tickEnded`.
  package func recover(
    _ calls: [RecoveredCall], isDraining: Bool = false, now: Now
  ) -> RecoverySummary {
    lastTold = now
    self.isDraining = isDraining
    var summary = RecoverySummary()
    for recovered in calls {
      summary.lostPorts += claimPorts(of: recovered.call)
      switchboard.restore(recovered.call, now: now.steady)
      usage.note(recovered.call)
      log.restore(recovered)
      // What follows a record that cannot be read could not be read either.
      if recovered.isDamaged { log.writeWhole(recovered.call, now) }
      if recovered.call.release == nil { summary.calls += 1 } else { summary.lingering += 1 }
    }
    log.journal.finishRecovery()
    for recovered in calls {
      take(.recovered(lastHeard: recovered.lastHeard), for: recovered.call.id, now: now)
    }
    return summary
  }

  private func claimPorts(of call: Call) -> Int {
    call.legs.reduce(0) { lost, leg in lost + leg.ports.count { !outlet.claim($0) } }
  }

  /// Begins, or ends, to refuse new calls; the next process of this node does as this one.
  package func drain(_ isOn: Bool, now: Now) {
    isDraining = isOn
    log.writeAlive(now, isDraining: isOn)
    log.commit(now, switchboard)
  }

  /// The process ends on purpose: all that gathered goes to the log. What is still held does not
  /// leave: it counts as unsent, and whoever takes the calls up sends it.
  package func closeLog(reason: String, isHandOver: Bool = false, now: Now) {
    log.writeStopped(now, reason: reason)
    // An upgrade is no end of the draining.
    if isDraining, isHandOver { log.writeAlive(now, isDraining: true) }
    log.commit(now, switchboard)
  }

  /// Once a second: what gathered goes to the log, with a sign of life.
  package func heartbeat(now: Now) {
    forgetStranded()
    guesses.sweep(now: now.steady)
    log.inspect(now, switchboard)
    log.writeAlive(now, isDraining: isDraining)
    log.commit(now, switchboard)
    letGo(now: now)
  }
}
