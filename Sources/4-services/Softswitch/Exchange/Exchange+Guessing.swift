import CallControl
import Machines
import SIP

// Guessed passwords: slowed, then refused, never by withholding a challenge.
extension Exchange {
  /// Whether the credentials of a request may be looked at. If not it has been answered, or is a
  /// retransmission of one whose answer is held.
  func admitsLogin(
    _ request: SIPMessage, realm: @autoclosure () -> String, from flow: Flow, now: Now
  ) -> Bool {
    if heldAnswers.count > 0, heldAnswers.holds(Fingerprint.ofTransaction(request)) {
      return false
    }
    if guesses.isEmpty { return true }
    let realm = realm()
    guard let user = authenticator.claimedUser(in: request, realm: realm) else { return true }
    let attempt = attempt(request, user: user, realm: realm, from: flow)
    guard let wait = refusal(of: attempt, AddressOfRecord(user: user, domain: realm), flow, now)
    else { return true }
    refuseGuess(request, from: flow, for: wait)
    return false
  }

  /// A phone that is registered is not turned away for what others do: not for what its neighbours
  /// behind the same address do to other accounts, and where it comes by the flow that it
  /// registered by, for nothing.
  private func refusal(
    of attempt: LoginAttempt, _ address: AddressOfRecord, _ flow: Flow, _ now: Now
  ) -> Duration? {
    let ofPair = guesses.refusal(of: attempt, now: now.steady)
    let ofSource = attempt.isShared ? nil : guesses.refusal(of: attempt.source, now: now.steady)
    if ofPair == nil, ofSource == nil { return nil }
    let known = registrar.bindings(for: address, at: now.wall).map(\.flow.remote)
    if known.contains(flow.remote) { return nil }
    let isNeighbour = known.contains { SourceNetwork($0.address) == attempt.source }
    return ofPair ?? (isNeighbour ? nil : ofSource)
  }

  /// What authentication came to, for the ledger.
  ///
  /// - Returns: how long the answer is to be held.
  func noteLogin(
    _ cause: AuthenticationResult?, _ request: SIPMessage, realm: @autoclosure () -> String,
    from flow: Flow, now: Now
  ) -> Duration {
    if cause == .accepted { throttle.meet(flow.remote) }
    switch cause {
    case .accepted where guesses.isEmpty, .retransmission, .stale, .replayed, .malformed, nil:
      return .zero
    case .wrong, .accepted:
      let realm = realm()
      guard let user = authenticator.claimedUser(in: request, realm: realm) else { return .zero }
      let attempt = attempt(request, user: user, realm: realm, from: flow)
      if cause == .wrong { return guesses.noteWrong(attempt, now: now.steady) }
      guesses.noteRight(attempt)
      return .zero
    }
  }

  private func attempt(
    _ request: SIPMessage, user: String, realm: String, from flow: Flow
  ) -> LoginAttempt {
    LoginAttempt(
      source: SourceNetwork(flow.remote.address), account: Fingerprint.of("\(user)@\(realm)"),
      transaction: Fingerprint.ofTransaction(request),
      isShared: configuration.isTrusted(flow.remote))
  }

  /// Answers after a while, so that guessing takes long.
  func hold(
    _ request: SIPMessage, from flow: Flow, status: Int, headers: [(HeaderName, String)],
    for delay: Duration, now: Now
  ) {
    guard delay > .zero else {
      return answer(request, from: flow, status: status, headers: headers)
    }
    guard heldAnswers.count < guesses.policy.heldAnswers else {
      return refuseGuess(request, from: flow, for: guesses.policy.forgiveness)
    }
    counters.delayedAnswers += 1
    counters.refused[status, default: 0] += 1
    heldAnswers.add(
      HeldAnswer(
        due: now.steady + delay,
        bytes: answerBytes(request, status: status, reason: nil, headers: headers),
        flow: flow.responding(to: request), transaction: Fingerprint.ofTransaction(request)))
  }

  /// 503, so that an honest phone behind the same address comes back by itself.
  private func refuseGuess(_ request: SIPMessage, from flow: Flow, for wait: Duration) {
    counters.refusedLogins += 1
    let seconds = max(1, min(3600, wait.components.seconds + 1))
    answer(
      request, from: flow, status: 503, reason: "Too Many Failed Logins",
      headers: [(.retryAfter, "\(seconds)")])
  }

  func releaseHeldAnswers(now: Now) {
    for held in heldAnswers.takeDue(at: now.steady) {
      outlet.send(held.bytes, to: held.flow, receipt: nil)
    }
  }
}
