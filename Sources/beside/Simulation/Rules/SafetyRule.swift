import Machines

/// What must never happen.
package enum SafetyRule: String, Sendable, CaseIterable {
  // Of each step
  case recordChanged = "a record is written twice with different contents"
  case secondRecord = "a call has a second record"
  case sentBeforeRecorded = "a message left before it was on record"
  case sequenceBack = "a dialog's CSeq went back"
  case changedRetransmission = "a retransmission differs from what it repeats"
  case portLentTwice = "a port is lent twice"
  case portNotLent = "a port is given back that was not lent"
  case streamsMiscounted = "streams are closed that were not open"
  case foldDiffers = "the log's fold is not the live call"
  case unreadableLog = "the log cannot be read"
  case twoAnswers = "two answers of one INVITE have different tags"
  case tagChanged = "the node's tag changed within a dialog"
  case bindingUnrecorded = "a registration was confirmed that is not on record"
  // At the end
  case noFinalResponse = "a caller was told to wait and then forgotten"
  case phoneLeft = "a phone is left in a call that nobody ends"
  case callLeft = "the node keeps a call that is over"
  case portLeft = "a port was never given back"
  case streamLeft = "a stream was never closed"
  case actionLeft = "an action waits for ever"
  case segmentLeft = "an old segment is kept for nobody"
  case recordMissing = "a call has no record"
  case recordTimes = "a record's times are impossible"
  case forkRecords = "a forked call has not one record for each phone"
}

extension SafetyRule {
  /// After the end of a machine that nothing was provided for, the log has holes, and a call that
  /// comes back with one may do what no call does. Such a run still shows that nothing traps, that
  /// what begins later is served and recorded, and that messages wait for the log.
  var needsWholeLog: Bool {
    switch self {
    case .sequenceBack, .changedRetransmission, .portLentTwice, .portNotLent, .streamsMiscounted,
      .unreadableLog, .callLeft, .portLeft, .streamLeft, .segmentLeft:
      true
    case .recordChanged, .secondRecord, .sentBeforeRecorded, .foldDiffers, .twoAnswers, .tagChanged,
      .bindingUnrecorded, .noFinalResponse, .phoneLeft, .actionLeft, .recordMissing, .recordTimes,
      .forkRecords:
      false
    }
  }
}

/// A run in which a rule was broken; the seed makes it happen again.
package struct SimulationFailure: Error, CustomStringConvertible, Sendable {
  package let seed: UInt64
  package let profile: SimulationProfile.Name
  package let mutation: Mutation?
  /// Since the run began.
  package let time: Duration
  package let rule: SafetyRule
  package let text: String

  package var description: String {
    let change = mutation.map { " (\($0.rawValue))" } ?? ""
    return "seed \(seed)\(change), \(profile.rawValue), at \(time): \(rule.rawValue): \(text)"
  }
}

/// A fault put in on purpose, to see that the rules catch it.
package enum Mutation: String, CaseIterable, Sendable {
  /// What waits for the log is let go before the log has it.
  case skipCommit
  /// After a recovery a timer of a call is not armed.
  case forgetTimer
  /// Recovery gives a leg another tag.
  case regenerateTag
  /// Each recovery makes a call's record under a new id.
  case doubleRecord
}
