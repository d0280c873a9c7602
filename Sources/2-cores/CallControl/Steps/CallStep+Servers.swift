import Addressing
import SIP

// Servers that are reached by a name: RFC 3263.
extension CallStep {
  /// As of any INVITE; but where there is another server to ask, the silence of this one is not
  /// waited for as long.
  func inviteSettings(on leg: LegID, _ flow: Flow) -> TransactionSettings {
    var settings = settings(for: flow)
    if call[leg].mayMoveOn {
      settings.patience = min(environment.serverPatience, settings.timers.transactionLifetime)
    }
    return settings
  }

  /// The server that was to take the leg's INVITE is not there: no transport, no response, or a
  /// 503. The next one gets the same request in a new transaction (§4.3). Answers false if there
  /// is none.
  mutating func serverFailed(_ leg: LegID, retryAfter: Duration? = nil) -> Bool {
    guard call.stage == .dialling, call[leg].isInSetup, let left = call[leg].alternatives else {
      return false
    }
    perform(.noteFailure(call[leg].flow, retryAfter: retryAfter))
    guard call[leg].mayMoveOn, let next = left.first else { return false }
    record(leg, .movedOn(next))
    let body = call.opening.offer.map { call[leg].local?.lastSent ?? $0 } ?? []
    sendFirstInvite(on: leg, body: body, toNextServer: true)
    return true
  }

  /// Asks where the party's next request goes, if that is a name: its Contact's or its first
  /// route's. Until the answer comes, and if there is none, it goes the way that the last one did.
  /// So it does on a connection, which leads to whoever opened it.
  mutating func locateNextHop(of leg: LegID) {
    guard call[leg].flow.connection == nil, let query = call[leg].nextHopQuery else { return }
    perform(.locate(leg, query))
  }

  mutating func direct(_ leg: LegID, at query: ServerQuery, to servers: [ServerTarget]) {
    guard call.has(leg), call[leg].stage != .ended, call[leg].nextHopQuery == query,
      call[leg].flow.connection == nil
    else { return }
    let current = call[leg].flow
    let reachable = servers.filter { environment.listener(reaching: $0, from: current) != nil }
    if current.transport == .tls, !reachable.isEmpty, call[leg].serverName != query.serverName {
      record(leg, .serverNamed(query.serverName))
    }
    guard !reachable.contains(where: { $0.isAt(current) }),
      let server = reachable.first(where: { $0.endpoint.address.isMeaningful(beside: current) }),
      let flow = environment.listener(reaching: server, from: current)
    else { return }
    record(leg, .flowed(flow))
  }
}

extension CallEnvironment {
  /// The way to a server from one of our listeners: the one at hand, or another of the transport
  /// and the family. Nil if there is none.
  package func listener(reaching server: ServerTarget, from flow: Flow?) -> Flow? {
    func fits(_ listener: ListenerAddress) -> Bool {
      listener.transport == server.transport
        && listener.visible.address.isIPv6 == server.endpoint.address.isIPv6
    }
    let named = (flow?.listener.index).map(Int.init).flatMap { index in
      listeners.indices.contains(index) && fits(listeners[index]) ? index : nil
    }
    guard let index = named ?? listeners.firstIndex(where: fits) else { return nil }
    return Flow(
      transport: server.transport, listener: ListenerID(UInt8(truncatingIfNeeded: index)),
      remote: server.endpoint)
  }

  /// Our ways to the world, the first listener's first.
  package var reach: [ServerReach] {
    var ways: [ServerReach] = []
    for listener in listeners {
      let way = ServerReach(listener.transport, isIPv6: listener.visible.address.isIPv6)
      if !ways.contains(way) { ways.append(way) }
    }
    return ways
  }
}

extension Leg {
  /// Another server may get the INVITE: none has said anything that made a dialog.
  fileprivate var mayMoveOn: Bool {
    stage == .inviting && dialog.remoteTag.isEmpty && alternatives?.isEmpty == false
  }

  /// The name that the next request goes to; nil for an address.
  fileprivate var nextHopQuery: ServerQuery? {
    guard let uri = SIPURI(dialog.nextHop), uri.hostAddress == nil else { return nil }
    guard let query = ServerQuery(uri), query.isResolvable else { return nil }
    // A name that says no transport is asked for over the one that the party has shown to speak.
    return ServerQuery(
      host: query.host, port: query.port, transport: query.transport ?? flow.transport,
      isSecure: query.isSecure)
  }

  /// There is a dialog with the party, in which requests may follow.
  var isInDialog: Bool { stage != .ended && !dialog.remoteTag.isEmpty }
}

extension ServerTarget {
  fileprivate func isAt(_ flow: Flow) -> Bool {
    transport == flow.transport && endpoint == flow.remote
  }
}

extension IPAddress {
  /// A private address means nothing here while the party's signalling comes from elsewhere.
  package func isMeaningful(beside flow: Flow) -> Bool {
    self == flow.remote.address || !(isPrivate || isLoopback || isUnspecified)
  }
}

extension SentInvite {
  /// Its recipient has said something.
  var wasHeard: Bool {
    switch transaction.state {
    case .created, .calling: false
    case .proceeding, .completed, .accepted, .terminated: true
    }
  }
}

extension SIPMessage {
  /// The seconds of `Retry-After` (RFC 3261 §20.33).
  var retryAfter: Duration? {
    guard let text = firstValue(.retryAfter) else { return nil }
    let digits = text.drop { $0 == " " }.prefix { $0.isASCII && $0.isNumber }
    return UInt32(digits).map { .seconds($0) }
  }
}
