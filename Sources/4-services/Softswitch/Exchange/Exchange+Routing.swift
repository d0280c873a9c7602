import CallControl
import Machines
import SIP

// Who calls, and where the call goes.
extension Exchange {
  /// Finds out who sends an INVITE; answers it itself where that cannot be accepted.
  func identify(_ invite: SIPMessage, from flow: Flow, now: Now) -> CallerIdentity? {
    if configuration.isTrusted(flow.remote) { return .trusted }
    guard let from = invite.from else {
      answer(invite, from: flow, status: 400, reason: "Bad From")
      return nil
    }
    // A caller of no domain of ours is challenged like the others, and learns as little.
    var realm = directory.domains.first ?? ""
    if case .sip(let uri) = from.uri, let domain = directory.domain(ofHost: uri.host) {
      realm = domain
    }
    let directory = directory
    let outcome = authenticator.authenticate(
      invite, realm: realm, available: directory.algorithms(in: realm), now: now,
      randomness: &switchboard.context.random
    ) { directory.subscriber(AddressOfRecord(user: $0, domain: realm))?.hashes }
    switch outcome {
    case .authenticated(let user, isRetransmission: false):
      let address = AddressOfRecord(user: user, domain: realm)
      guard let subscriber = directory.subscriber(address),
        IdentityRule.mayCall(from: from.uri, as: subscriber, in: directory)
      else {
        answer(invite, from: flow, status: 403)
        return nil
      }
      return .subscriber(address.description)
    case .authenticated:
      // Its first copy opened a call that is over, or none: used credentials open no other.
      challengeAgain(invite, from: flow, realm: realm, now: now)
    case .challenge(let kind, let headers, let cause):
      count(cause, status: kind.status)
      answer(
        invite, from: flow, status: kind.status, headers: headers.map { ($0.name, $0.value) })
    case .malformed:
      count(.malformed, status: 400)
      answer(invite, from: flow, status: 400, reason: "Bad Credentials")
    }
    return nil
  }

  private func challengeAgain(
    _ invite: SIPMessage, from flow: Flow, realm: String, now: Now
  ) {
    count(.replayed, status: 407)
    let challenges = authenticator.challenges(
      realm: realm, isStale: true, available: directory.algorithms(in: realm), now: now,
      randomness: &switchboard.context.random)
    answer(
      invite, from: flow, status: 407, headers: challenges.map { (.proxyAuthenticate, $0) })
  }

  /// Where a dialled URI leads: a service, or the phones of a subscriber named by user, by number
  /// or by E.164 alias.
  func route(_ opening: CallOpening, now: Now) -> CallRoute {
    guard let uri = URI(opening.dialled) else { return .refused(status: 400, reason: nil) }
    if case .sip(let uri) = uri {
      guard directory.domain(ofHost: uri.host) != nil else {
        return .refused(status: 404, reason: "No Route")
      }
      if let user = uri.userDecoded, configuration.echoNumbers.contains(user) { return .echo }
    }
    if case .tel(let uri) = uri, configuration.echoNumbers.contains(uri.digits) { return .echo }
    guard let subscriber = directory.subscriber(dialled: uri) else {
      return .refused(status: 404, reason: nil)
    }
    let forks = registrar.forks(for: subscriber.address, at: now.wall)
    guard !forks.isEmpty else { return .refused(status: 480, reason: nil) }
    return .targets(
      forks.map { group in group.map { target($0, of: subscriber.address) } })
  }

  private func target(_ binding: Binding, of address: AddressOfRecord) -> CallTarget {
    let flow = flow(to: binding)
    var name: NamedServer?
    if case .host(let query) = binding.destination {
      name = NamedServer(query: query, otherwise: flow)
    }
    return CallTarget(
      uri: binding.requestURI, flow: flow, party: address.description,
      isBehindNAT: binding.isBehindNAT, name: name)
  }

  private func flow(to binding: Binding) -> Flow {
    var transport = binding.flow.transport
    var remote = binding.flow.remote
    var connection: ConnectionID?
    switch binding.destination {
    case .connection(let id, let endpoint): (connection, remote) = (id, endpoint)
    case .endpoint(let named, let endpoint): (transport, remote) = (named, endpoint)
    case .host: break  // If the name leads nowhere, the phone is reached the way it came.
    }
    let named = configuration.listenerNames.firstIndex(of: binding.flow.listener)
    let listener = configuration.listener(for: transport, preferring: named)
    return Flow(
      transport: configuration.calls.listeners[listener].transport,
      listener: ListenerID(UInt8(listener)), remote: remote, connection: connection)
  }

  var nextBindingExpiry: Instant? { registrar.nextDeadline(now: lastTold) }
}

extension ExchangeConfiguration {
  /// The listener that a phone came by, if it is still there and of the right transport; else
  /// the first of that transport, else the first.
  func listener(for transport: TransportProtocol, preferring named: Int?) -> Int {
    if let named, calls.listeners[named].transport == transport { return named }
    return calls.listeners.firstIndex { $0.transport == transport } ?? 0
  }
}
