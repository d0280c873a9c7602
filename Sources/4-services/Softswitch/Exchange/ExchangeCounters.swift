/// What the switch has done since it started.
package struct ExchangeCounters: Equatable, Sendable {
  package var requests = 0
  package var responses = 0
  /// Bytes that were no SIP message, or one that must not be answered.
  package var dropped = 0
  /// Requests answered with an error before any call saw them, by status.
  package var refused: [Int: Int] = [:]
  package var challenges = 0
  package var failedAuthentications = 0
  package var registrations = 0
  /// Names that were looked up for calls, by what came of it.
  package var located: [String: Int] = [:]
  package var callsOpened = 0
  package var callsAnswered = 0
  package var callsEnded = 0
}
