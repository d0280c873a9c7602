import SIP

/// Who sent a message, and hence who hears of its failure.
struct SendTicket: Sendable {
  var token: SendToken
  var flow: Flow
  /// By which the server at the flow is known, to be proved where TLS is spoken to it.
  var serverName: String?
  var origin: LoopTransport

  func report(_ failure: SendFailure) {
    guard token != .none else { return }
    origin.report(failure, self)
  }
}
