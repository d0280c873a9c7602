import Machines
import SIP

// Session timers, on each leg by itself: RFC 4028.
extension CallStep {
  enum SessionVerdict: Equatable {
    case accepted(SessionTiming?)
    /// 422, with our Min-SE.
    case tooShort(minimum: UInt32)
  }

  /// What a request that sets up or refreshes a session may have for an interval: §9.
  func sessionVerdict(on request: SIPMessage, leg: LegID? = nil) -> SessionVerdict {
    guard let policy = environment.sessionTimers else { return .accepted(nil) }
    let isKnown = request.lists("timer", in: .supported) || request.lists("timer", in: .require)
    let floor = min(request.minSE ?? 0, SessionTimerPolicy.longest)
    let current = leg.flatMap { call[$0].sessionTimer }
    guard let asked = request.sessionExpires else {
      guard isKnown else { return .accepted(nil) }
      return .accepted(
        SessionTiming(
          interval: max(policy.expires, floor), isOurs: current?.isOurs ?? false, isKnown: true))
    }
    if asked.interval < policy.minimum {
      // Whoever does not know what a 422 is cannot be told (§8.1).
      return isKnown ? .tooShort(minimum: policy.minimum) : .accepted(nil)
    }
    // Reduced to what we want, not below what the request allows, never raised.
    let interval = min(asked.interval, max(policy.expires, floor))
    let isOurs = isKnown ? asked.refresher == .uas : true
    return .accepted(SessionTiming(interval: interval, isOurs: isOurs, isKnown: isKnown))
  }

  /// The headers of a 2xx, and the timer that begins with it: Table 2 of §9.
  mutating func startTimer(_ leg: LegID, _ timing: SessionTiming?) -> [(HeaderName, String)] {
    guard environment.sessionTimers != nil else { return [] }
    let supported: [(HeaderName, String)] = [(.supported, "timer")]
    guard let timing else {
      if call[leg].sessionTimer != nil { record(leg, .sessionTimed(nil)) }
      return supported
    }
    setTimer(leg, timing.interval, isOurs: timing.isOurs)
    let expires = SessionExpires(timing.interval, refresher: timing.isOurs ? .uas : .uac)
    return supported + [(.sessionExpires, expires.text)]
      + (timing.isKnown ? [(.require, "timer")] : [])
  }

  private mutating func setTimer(_ leg: LegID, _ interval: UInt32, isOurs: Bool) {
    record(
      leg, .sessionTimed(SessionTimer(interval: interval, isOurs: isOurs, from: now.steady)))
  }

  /// §7.4: the largest Min-SE that the dialog has shown goes into every refresh.
  mutating func learnMinimum(from message: SIPMessage, on leg: LegID) {
    guard environment.sessionTimers != nil, let minimum = message.minSE,
      minimum > call[leg].minimumInterval, minimum <= SessionTimerPolicy.longest
    else { return }
    record(leg, .minimumRaised(minimum))
  }

  // Our requests: §7.1, §7.4

  /// In seconds; nil where the node wants no timers.
  private func requestedInterval(_ leg: LegID) -> UInt32? {
    guard let policy = environment.sessionTimers else { return nil }
    let current = call[leg].sessionTimer?.interval ?? policy.expires
    return max(current, call[leg].minimumInterval, policy.minimum)
  }

  func sessionHeaders(on leg: LegID) -> [(HeaderName, String)] {
    guard let interval = requestedInterval(leg) else { return [] }
    let refresher = call[leg].sessionTimer.map {
      $0.isOurs ? SessionExpires.Refresher.uac : .uas
    }
    let minimum = call[leg].minimumInterval
    return [(.sessionExpires, SessionExpires(interval, refresher: refresher).text)]
      + (minimum > 0 ? [(.minSE, String(minimum))] : [])
  }

  /// A 2xx to one of them: §7.2. A party that knows no timers leaves the refreshing to us.
  mutating func sessionRefreshed(_ leg: LegID, by response: SIPMessage) {
    guard let policy = environment.sessionTimers, let requested = requestedInterval(leg) else {
      return
    }
    guard let granted = response.sessionExpires else {
      return setTimer(leg, requested, isOurs: true)
    }
    // Whatever a party says, it does not set us a pace.
    let interval = min(max(granted.interval, policy.minimum), SessionTimerPolicy.longest)
    setTimer(leg, interval, isOurs: granted.refresher != .uas)
  }

  /// §7.3: an interval that was too small is asked for again with the one that is not. Answers
  /// whether the request was sent again.
  mutating func askedForLonger(
    _ leg: LegID, _ invite: SentInvite, _ response: SIPMessage
  ) -> Bool {
    guard raisedInterval(leg, by: response), !invite.isUnwanted else { return false }
    if call[leg].isInSetup {
      guard call.stage == .dialling else { return false }
      let dialog = call[leg].dialog
      if !dialog.remoteTag.isEmpty {
        // An early dialog of the refused INVITE is over.
        record(
          leg,
          .established(remoteTag: "", remoteTarget: dialog.remoteTarget, routeSet: []))
      }
      var body: [UInt8] = []
      if let offer = call.opening.offer {
        guard let described = describe(offer, from: .caller, to: leg, isAnswer: false) else {
          return false
        }
        body = described
      }
      sendFirstInvite(on: leg, body: body)
      return true
    }
    guard call[leg].stage == .confirmed else { return false }
    let body = invite.hasOffer ? lastDescription(to: leg) : []
    guard let body else { return false }
    sendInvite(on: leg, cSeq: call[leg].dialog.localCSeq + 1, body: body)
    return true
  }

  private mutating func raisedInterval(_ leg: LegID, by response: SIPMessage) -> Bool {
    guard response.statusCode == 422, let minimum = response.minSE,
      let requested = requestedInterval(leg), minimum > requested,
      minimum <= SessionTimerPolicy.longest
    else { return false }
    record(leg, .minimumRaised(minimum))
    return true
  }

  /// What the party was told last.
  private func lastDescription(to leg: LegID) -> [UInt8]? {
    if let told = call[leg].local?.lastSent { return told }
    return call.peer(of: leg).flatMap { call[$0].remote?.body }
  }

  // Time

  /// A leg's session is to be refreshed, or nobody has done so.
  mutating func sessionDue(_ leg: LegID) {
    guard let timer = call[leg].sessionTimer, call[leg].stage == .confirmed else { return }
    if now.steady >= timer.end { return sessionExpired() }
    if call[leg].hasInviteInProgress || exchange(on: leg) != .none {
      return record(leg, .sessionTimed(timer.acting(at: now.steady + .seconds(2))))
    }
    record(leg, .sessionTimed(timer.acting(at: timer.end)))
    if !call[leg].capabilities.contains(.update), let body = unchangedDescription(to: leg) {
      sendInvite(on: leg, cSeq: call[leg].dialog.localCSeq + 1, body: body)
    } else {
      sendUpdate(on: leg, purpose: .refresh, body: [])
    }
  }

  /// The session as it is, as an offer: nothing in it has changed (§7.4).
  mutating func unchangedDescription(to leg: LegID) -> [UInt8]? {
    guard let peer = call.peer(of: leg) else { return call[leg].local?.lastSent }
    guard let agreed = call[peer].agreed else { return nil }
    return describe(agreed.body, from: peer, to: leg, isAnswer: false)
  }

  /// §10: the call ended when its parties were last there.
  private mutating func sessionExpired() {
    guard case .talking = call.stage else { return }
    release(
      by: .system, status: 408, reason: "Session Expired", end: lastEvidence,
      note: "no session refresh came; the end is the last evidence of a party")
  }

  /// The final response to a refresh by UPDATE.
  mutating func refreshAnswered(_ leg: LegID, _ response: SIPMessage) {
    learn(from: response, on: leg)
    switch response.statusCode {
    case 200...299: sessionRefreshed(leg, by: response)
    case 422:
      if raisedInterval(leg, by: response) { sendUpdate(on: leg, purpose: .refresh, body: []) }
    case 408, 481:
      dialogVanished(leg, status: response.statusCode, reason: response.reasonPhrase)
    default: refreshRefused(leg, status: response.statusCode)
    }
  }

  /// A refresh that was refused for now is tried again: after a while where it met another
  /// request, as a re-INVITE where UPDATE is not known. Others are not repeated (§10).
  mutating func refreshRefused(_ leg: LegID, status: Int) {
    if status == 491 || status == 500, !call.joinings.isEmpty {
      return record(.reoffering(Reoffer(leg: leg, time: now.steady + glareDelay(leg))))
    }
    guard let timer = call[leg].sessionTimer, timer.isOurs else { return }
    switch status {
    case 491, 500:
      record(leg, .sessionTimed(timer.acting(at: now.steady + glareDelay(leg))))
    case 405, 501:
      guard call[leg].capabilities.contains(.update) else { return }
      record(leg, .learned(call[leg].capabilities.subtracting(.update)))
      record(leg, .sessionTimed(timer.acting(at: now.steady)))
    default: break
    }
  }

  /// RFC 3261 §14.1: who made the dialog's Call-ID waits 2.1 to 4 s, the other 0 to 2 s.
  func glareDelay(_ leg: LegID) -> Duration {
    let isOwner = call[leg].role == .callee
    let hundredths = context.random.next() % (isOwner ? 191 : 201) + (isOwner ? 210 : 0)
    return .milliseconds(Int64(hundredths) * 10)
  }

  /// Our own re-INVITE was answered: nothing should have changed, and what has holds.
  mutating func refreshAccepted(_ leg: LegID, _ invite: SentInvite, _ response: SIPMessage) {
    guard invite.hasOffer, !invite.isUnwanted, let answer = sessionDescription(of: response),
      answer != call[leg].agreed?.body, context.read(answer) != nil
    else { return }
    note(answer, from: leg)
    record(leg, .agreed)
    refreshBridge()
  }

  /// After a restart each party has the time of a transaction to come back: its refresh may have
  /// met nobody.
  mutating func postponeSessions() {
    for leg in call.legIDs {
      guard call[leg].stage == .confirmed, let timer = call[leg].sessionTimer else { continue }
      let grace = now.steady + environment.timers.transactionLifetime
      guard timer.end < grace else { continue }
      record(
        leg,
        .sessionTimed(
          SessionTimer(
            interval: timer.interval, isOurs: timer.isOurs, end: grace,
            next: timer.isOurs ? max(timer.next, now.steady) : grace)))
    }
  }
}
