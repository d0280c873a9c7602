import SIP

/// What the switch has done since it started.
package struct ExchangeCounters: Equatable, Sendable {
  package var requests = 0
  package var responses = 0
  /// The requests by method, those that few use together as `other`.
  package var requestsByMethod: [String: Int] = [:]
  /// The responses by status.
  package var responsesByStatus: [Int: Int] = [:]
  /// Bytes that were no SIP message, or one that must not be answered.
  package var dropped = 0
  /// Requests answered with an error before any call saw them, by status.
  package var refused: [Int: Int] = [:]
  package var challenges = 0
  package var failedAuthentications = 0
  /// Answers to wrong passwords that were held for a while.
  package var delayedAnswers = 0
  /// Credentials that were not looked at, after too many wrong ones.
  package var refusedLogins = 0
  /// Requests of strangers beyond the rate, met with silence.
  package var throttled = 0
  /// Requests of scanners that say who they are, likewise.
  package var ignoredScanners = 0
  package var registrations = 0
  /// NOTIFY requests, retransmissions aside.
  package var notifications = 0
  /// Messages that a phone has taken.
  package var messagesDelivered = 0
  /// Messages that were put on record for later.
  package var messagesKept = 0
  /// Names that were looked up for calls, by what came of it.
  package var located: [String: Int] = [:]
  package var callsOpened = 0
  package var callsAnswered = 0
  package var callsEnded = 0
  /// The ended calls by the status of their record.
  package var callsEndedByStatus: [Int: Int] = [:]

  /// What a method is counted as: a stranger makes up as many as it likes.
  static func label(of method: SIPMethod) -> String {
    switch method {
    case .invite, .ack, .bye, .cancel, .register, .options, .message: method.name
    default: "other"
    }
  }
}
