import CallControl
import Machines
import SIP

// Where names lead (RFC 3263): a route is given to its call when all its names have been asked
// for; what is sent within a dialog goes on as before until the answer is there.
extension Exchange {
  /// Gives a call its route, after its names have been asked for. A call that is taken up from
  /// the log before it had its route asks for it again, and so for the names.
  func follow(_ route: CallRoute, for call: CallID) {
    let queries = route.queries
    guard !queries.isEmpty else { return pending.append((call, .routed(route))) }
    for (ticket, query) in lookups.hold(route, asking: queries, for: call) {
      outlet.locate(query, ticket: ticket)
    }
  }

  func locate(_ query: ServerQuery, for leg: LegID, of call: CallID) {
    outlet.locate(query, ticket: lookups.ask(query, for: leg, of: call))
  }

  /// The answer to `outlet.locate`.
  package func located(_ ticket: LocationTicket, _ location: ServerLocation, now: Now) {
    lastTold = now
    counters.located[location.outcome, default: 0] += 1
    switch lookups.takeAsker(ticket) {
    case .route(let call)?:
      guard let (route, found) = lookups.note(location, for: ticket, of: call) else { return }
      // A caller for whom phones have rung hears of them.
      let hasTried = switchboard.box(call).map { $0.call.legs.count > 1 } ?? false
      let unresolved = hasTried ? CallRoute.exhausted : .hostNotFound
      take(.routed(resolve(route, found, now) ?? unresolved), for: call, now: now)
    case .leg(let call, let leg, let query)?:
      guard case .found(let servers, _, _) = location else { return }
      let ordered = lookups.health.ordered(servers, at: now.steady)
      take(.located(leg, query, ordered), for: call, now: now)
    case .response(let sending, let query)?:
      sendBack(sending, query, location, now: now)
    case nil: break
    }
  }

  /// Nil if none of its targets can be reached.
  private func resolve(
    _ route: CallRoute, _ found: [ServerQuery: ServerLocation], _ now: Now
  ) -> CallRoute? {
    switch route {
    case .targets(let groups, let limit):
      let resolved = groups.map { $0.compactMap { resolve($0, found, now) } }
      let reachable = resolved.filter { !$0.isEmpty }
      return reachable.isEmpty ? nil : .targets(reachable, limit: limit)
    case .diverted(let diversions, let next):
      return resolve(next, found, now).map { .diverted(diversions, then: $0) }
    case .exhausted, .echo, .service, .announced, .refused:
      return route
    }
  }

  /// A target with the servers of its name, those that are well first; nil if it cannot be
  /// reached.
  private func resolve(
    _ target: CallTarget, _ found: [ServerQuery: ServerLocation], _ now: Now
  ) -> CallTarget? {
    guard let name = target.name else { return target }
    var flows: [Flow] = []
    if case .found(let servers, _, _)? = found[name.query] {
      flows = lookups.health.ordered(servers, at: now.steady).compactMap { server in
        if let known = name.otherwise, !server.endpoint.address.isMeaningful(beside: known) {
          return nil
        }
        return configuration.calls.listener(reaching: server, from: name.otherwise)
      }
    }
    if let otherwise = name.otherwise,
      !flows.contains(where: {
        $0.remote == otherwise.remote && $0.transport == otherwise.transport
      })
    {
      flows.append(otherwise)
    }
    return target.located(at: flows)
  }

  /// A server was not there for a call.
  func noteFailure(of flow: Flow, retryAfter: Duration?) {
    lookups.health.failed(
      ServerTarget(flow.transport, flow.remote), retryAfter: retryAfter, at: lastTold.steady)
  }

  /// Whoever answers is there, whatever the answer says, unless it says 503.
  func noteResponse(_ response: SIPMessage, of leg: LegID, in call: CallID) {
    guard !lookups.health.isEmpty, response.statusCode != 503, let branch = response.topVia?.branch,
      let invite = switchboard.box(call)?.call.leg(leg)?.sentInvites.first(where: {
        $0.branch == branch
      })
    else { return }
    lookups.health.succeeded(ServerTarget(invite.flow.transport, invite.flow.remote))
  }

  /// Servers that have failed and have not been heard since.
  package var failingServers: Int { lookups.health.failingCount }
  package var serverFailures: Int { lookups.health.failures }
}

extension CallRoute {
  /// The names in it, each once.
  fileprivate var queries: [ServerQuery] {
    switch self {
    case .diverted(_, let next):
      return next.queries
    case .targets(let groups, _):
      var queries: [ServerQuery] = []
      for target in groups.joined() {
        if let query = target.name?.query, !queries.contains(query) { queries.append(query) }
      }
      return queries
    case .exhausted, .echo, .service, .announced, .refused:
      return []
    }
  }

  /// RFC 3261 §8.1.3.1 would have a 503, which the caller would take for ours.
  fileprivate static var hostNotFound: CallRoute { .refused(status: 480, reason: "Host Not Found") }
}

extension ServerLocation {
  fileprivate var outcome: String {
    switch self {
    case .found: "found"
    case .notFound(let reason): "\(reason)"
    }
  }
}
