import CallControl
import Machines
import SIP

// Who calls, and where the call goes.
extension Exchange {
  /// Finds out who sends an INVITE, or a message; answers it itself where that cannot be accepted.
  func identify(_ invite: SIPMessage, from flow: Flow, now: Now) -> CallerIdentity? {
    if configuration.isTrusted(flow.remote) { return .trusted }
    return identifySubscriber(invite, from: flow, now: now).map {
      .subscriber($0.description)
    }
  }

  /// The same for what nobody does in a subscriber's name, trusted or not.
  func identifySubscriber(
    _ invite: SIPMessage, from flow: Flow, now: Now
  ) -> AddressOfRecord? {
    guard let from = invite.from else {
      answer(invite, from: flow, status: 400, reason: "Bad From")
      return nil
    }
    // A caller of no domain of ours is challenged like the others, and learns as little.
    var realm = directory.domains.first ?? ""
    if case .sip(let uri) = from.uri, let domain = directory.domain(ofHost: uri.host) {
      realm = domain
    }
    guard admitsLogin(invite, realm: realm, from: flow, now: now) else { return nil }
    let directory = directory
    let outcome = authenticator.authenticate(
      invite, realm: realm, available: directory.algorithms(in: realm), now: now,
      randomness: &switchboard.context.random
    ) { directory.subscriber(AddressOfRecord(user: $0, domain: realm))?.hashes }
    switch outcome {
    case .authenticated(let user, isRetransmission: false):
      _ = noteLogin(.accepted, invite, realm: realm, from: flow, now: now)
      let address = AddressOfRecord(user: user, domain: realm)
      guard let subscriber = directory.subscriber(address),
        IdentityRule.mayCall(from: from.uri, as: subscriber, in: directory)
      else {
        answer(invite, from: flow, status: 403)
        return nil
      }
      return address
    case .authenticated:
      // Its first copy opened a call that is over, or none: used credentials open no other.
      challengeAgain(invite, from: flow, realm: realm, now: now)
    case .challenge(let kind, let headers, let cause):
      count(cause, status: kind.status)
      hold(
        invite, from: flow, status: kind.status, headers: headers.map { ($0.name, $0.value) },
        for: noteLogin(cause, invite, realm: realm, from: flow, now: now), now: now)
    case .malformed:
      count(.malformed, status: 400)
      answer(invite, from: flow, status: 400, reason: "Bad Credentials")
    }
    return nil
  }

  private func challengeAgain(
    _ invite: SIPMessage, from flow: Flow, realm: String, now: Now
  ) {
    let kind = ChallengeKind(for: invite.method)
    count(.replayed, status: kind.status)
    let challenges = authenticator.challenges(
      realm: realm, isStale: true, available: directory.algorithms(in: realm), now: now,
      randomness: &switchboard.context.random)
    answer(
      invite, from: flow, status: kind.status,
      headers: challenges.map { (kind.challengeHeader, $0) })
  }

  /// Where a call goes, or goes on to when no phone has taken it.
  func route(_ call: Call, now: Now) -> CallRoute {
    RouteFinder(
      directory: directory, registrar: registrar, configuration: configuration, usage: usage,
      now: now
    ).route(call)
  }

  var nextBindingExpiry: Instant? { registrar.nextDeadline(now: lastTold) }
}

extension ExchangeConfiguration {
  /// The listener that a phone came by, if it is still there and of the right transport; else
  /// the first of that transport and of the phone's family, else the first of the transport, else
  /// the first.
  func listener(for transport: TransportProtocol, isIPv6: Bool, preferring named: Int?) -> Int {
    func isRight(_ listener: ListenerAddress) -> Bool {
      listener.transport == transport && listener.visible.address.isIPv6 == isIPv6
    }
    if let named, isRight(calls.listeners[named]) { return named }
    return calls.listeners.firstIndex(where: isRight)
      ?? calls.listeners.firstIndex { $0.transport == transport } ?? 0
  }
}
