import CallControl
import Machines
import SIP

/// Finds out where a call goes: a pure function of the directory, the registrar and the call.
struct RouteFinder {
  let directory: SubscriberDirectory
  let registrar: Registrar
  let configuration: ExchangeConfiguration
  let usage: PartyUsage
  let now: Now

  /// What a URI leads to.
  enum Place {
    case service(CallRoute)
    case destination(Destination)

    var kind: DialRule.Kind {
      switch self {
      case .service: .service
      case .destination: .internal
      }
    }
  }

  /// What is to be done at a place.
  enum Verdict {
    case take(CallRoute)
    case forward(to: String, DiversionReason)
    /// Nobody takes the call; what is said if nobody has been tried.
    case give(status: Int, reason: String?)
  }

  func route(_ call: Call) -> CallRoute {
    if let transfer = call.transfer { return target(of: transfer, in: call) }
    switch call.stage {
    case .rerouting(let inquiry): return next(for: call, inquiry)
    case .routing, .dialling, .talking, .releasing: return first(for: call)
    }
  }

  // A transfer: whoever sends for somebody needs the permission to call there.

  private func target(of transfer: Transfer, in call: Call) -> CallRoute {
    guard let uri = URI(transfer.target) else { return .refused(status: 400, reason: nil) }
    if case .sip(let uri) = uri, directory.domain(ofHost: uri.host) == nil {
      return .refused(status: 404, reason: "No Route")
    }
    guard let place = place(of: uri) else { return .refused(status: 404, reason: nil) }
    if let referrer = subscriber(call[transfer.referrer].party), !permits(referrer, uri, place) {
      return .refused(status: 403, reason: "Not Permitted")
    }
    return lead(to: place, call)
  }

  // The first time

  private func first(for call: Call) -> CallRoute {
    guard let uri = URI(call.opening.dialled) else { return .refused(status: 400, reason: nil) }
    if case .sip(let uri) = uri, directory.domain(ofHost: uri.host) == nil {
      return .refused(status: 404, reason: "No Route")
    }
    guard let place = place(of: uri) else { return configuration.unknownNumber }
    if let caller = call.opening.subscriber.flatMap(subscriber) {
      if !permits(caller, uri, place) { return .refused(status: 403, reason: "Not Permitted") }
      // This call counts already.
      if let most = caller.settings.maximumCalls,
        usage.calls(of: caller.address.description) > most
      {
        return .refused(status: 403, reason: "Too Many Calls")
      }
    }
    return lead(to: place, call)
  }

  // When no phone has taken it

  private func next(for call: Call, _ inquiry: RouteInquiry) -> CallRoute {
    guard let uri = URI(call.diversions.last?.to ?? call.opening.dialled),
      let place = place(of: uri), case .destination(let destination) = place
    else { return .exhausted }
    switch destination {
    case .group:
      return lead(to: place, call, inquiry)
    case .subscriber(let subscriber):
      for contact in inquiry.contacts {
        let route = follow(.deflection, to: contact, from: subscriber.address, call)
        if route != .exhausted { return route }
      }
      let forward = subscriber.settings.forward
      switch inquiry.reason {
      case .busy: return follow(.busy, to: forward.busy, from: subscriber.address, call)
      case .noAnswer:
        return follow(.noAnswer, to: forward.noAnswer?.to, from: subscriber.address, call)
      case .unregistered:
        return follow(.unregistered, to: forward.unregistered, from: subscriber.address, call)
      case .unconditional, .doNotDisturb, .deflection, nil: return .exhausted
      }
    }
  }

  private func follow(
    _ reason: DiversionReason, to name: String?, from address: AddressOfRecord, _ call: Call
  ) -> CallRoute {
    guard let name else { return .exhausted }
    var trail = Trail(call, self)
    guard case .went(let place) = go(to: name, reason, from: address, &trail) else {
      return .exhausted
    }
    return lead(to: place, call, trail: trail)
  }

  // From place to place

  /// Follows forwardings until there are phones to try, or nobody.
  private func lead(
    to start: Place, _ call: Call, _ inquiry: RouteInquiry? = nil, trail: Trail? = nil
  ) -> CallRoute {
    var trail = trail ?? Trail(call, self)
    var place = start
    while true {
      let destination: Destination
      switch place {
      case .service(let route): return trail.leading(to: route)
      case .destination(let found): destination = found
      }
      switch verdict(on: destination, call, inquiry) {
      case .take(let route): return trail.leading(to: route)
      case .give(let status, let reason):
        return trail.ending(status, reason, hasTried: inquiry != nil)
      case .forward(let name, let reason):
        switch go(to: name, reason, from: destination.address, &trail) {
        case .went(let next): place = next
        case .looped: return trail.ending(482, "Forwarding Loop", hasTried: inquiry != nil)
        case .tooFar: return trail.ending(480, "Too Many Diversions", hasTried: inquiry != nil)
        case .nowhere: return trail.ending(480, "Forwarded Nowhere", hasTried: inquiry != nil)
        }
      }
    }
  }

  private enum Pace {
    case went(Place)
    case looped, tooFar, nowhere
  }

  private func go(
    to name: String, _ reason: DiversionReason, from address: AddressOfRecord,
    _ trail: inout Trail
  ) -> Pace {
    guard let uri = directory.uri(named: name, in: address.domain), let place = place(of: uri)
    else { return .nowhere }
    // Whoever sends a call on makes it go there, and needs the permission for it.
    if let subscriber = directory.subscriber(address), !permits(subscriber, uri, place) {
      return .nowhere
    }
    if case .destination(let destination) = place {
      guard trail.visited.insert(destination.address).inserted else { return .looped }
    }
    guard trail.room > 0 else { return .tooFar }
    trail.room -= 1
    trail.diversions.append(
      Diversion(from: address.description, to: uri.text, reason: reason, time: now.wall))
    return .went(place)
  }

  func place(of uri: URI) -> Place? {
    if let service = service(uri) { return .service(service) }
    return directory.destination(dialled: uri).map { .destination($0) }
  }

  private func service(_ uri: URI) -> CallRoute? {
    switch uri {
    case .sip(let uri):
      guard directory.domain(ofHost: uri.host) != nil else { return nil }
      return uri.userDecoded.flatMap(configuration.service)
    case .tel(let uri): return configuration.service(uri.digits)
    case .other: return nil
    }
  }

  private func subscriber(_ text: String) -> Subscriber? {
    AddressOfRecord(text: text).flatMap(directory.subscriber)
  }

  private func permits(_ subscriber: Subscriber, _ uri: URI, _ place: Place) -> Bool {
    guard let rules = subscriber.settings.mayCall else { return true }
    let number: String =
      switch uri {
      case .sip(let uri): uri.userDecoded ?? ""
      case .tel(let uri): uri.digits
      case .other: ""
      }
    return rules.permit(number.withoutSeparators, place.kind)
  }
}

/// The way of a call so far, and what this routing adds to it.
private struct Trail {
  var visited: Set<AddressOfRecord> = []
  var room: Int
  var diversions: [Diversion] = []

  init(_ call: Call, _ finder: RouteFinder) {
    for text in [call.opening.dialled] + call.diversions.map(\.to) {
      guard let uri = URI(text), case .destination(let destination)? = finder.place(of: uri) else {
        continue
      }
      visited.insert(destination.address)
    }
    // What a trusted peer says of diversions before ours counts too.
    let earlier = call.opening.passedOn.count { $0.name == HeaderName("Diversion") }
    room = finder.configuration.calls.maximumDiversions - call.diversions.count - earlier
  }

  func leading(to route: CallRoute) -> CallRoute {
    diversions.isEmpty ? route : .diverted(diversions, then: route)
  }

  /// Where phones have been tried and the call has not moved on since, their failure says more.
  func ending(_ status: Int, _ reason: String?, hasTried: Bool) -> CallRoute {
    hasTried && diversions.isEmpty
      ? .exhausted : leading(to: .refused(status: status, reason: reason))
  }
}
