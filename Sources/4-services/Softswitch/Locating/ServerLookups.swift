import CallControl
import Machines
import SIP

/// Names a question where a name leads.
package struct LocationTicket: Hashable, Sendable {
  package let number: UInt64
}

/// Questions that are out, whose they are, and what is known of the servers that they led to.
struct ServerLookups {
  enum Asker {
    /// A route waits for it, to be given to its call whole.
    case route(CallID)
    /// The requests of a leg go there.
    case leg(CallID, LegID, ServerQuery)
    /// A response goes there that could not be sent otherwise.
    case response(CallSending, ServerQuery)
  }

  /// A route with names in it.
  private struct WaitingRoute {
    let route: CallRoute
    var missing: [LocationTicket: ServerQuery]
    var found: [ServerQuery: ServerLocation] = [:]
  }

  var health: ServerHealth
  private var askers: [LocationTicket: Asker] = [:]
  private var routes: [CallID: WaitingRoute] = [:]
  private var lastTicket: UInt64 = 0

  init(health: ServerHealth) {
    self.health = health
  }

  /// Questions that have no answer yet.
  var count: Int { askers.count }

  /// Holds a route until each of its names has been asked for.
  mutating func hold(
    _ route: CallRoute, asking queries: [ServerQuery], for call: CallID
  ) -> [(LocationTicket, ServerQuery)] {
    // Asked again before the first answer came: that one is of no use any more.
    for ticket in (routes[call]?.missing ?? [:]).keys { askers[ticket] = nil }
    let asked = queries.map { (nextTicket(.route(call)), $0) }
    routes[call] = WaitingRoute(route: route, missing: Dictionary(uniqueKeysWithValues: asked))
    return asked
  }

  mutating func ask(_ query: ServerQuery, for leg: LegID, of call: CallID) -> LocationTicket {
    nextTicket(.leg(call, leg, query))
  }

  mutating func ask(_ query: ServerQuery, for sending: CallSending) -> LocationTicket {
    nextTicket(.response(sending, query))
  }

  private mutating func nextTicket(_ asker: Asker) -> LocationTicket {
    lastTicket += 1
    let ticket = LocationTicket(number: lastTicket)
    askers[ticket] = asker
    return ticket
  }

  mutating func takeAsker(_ ticket: LocationTicket) -> Asker? {
    askers.removeValue(forKey: ticket)
  }

  /// One name of a route is known; answers the route and all its names when the last one is.
  mutating func note(
    _ location: ServerLocation, for ticket: LocationTicket, of call: CallID
  ) -> (CallRoute, [ServerQuery: ServerLocation])? {
    guard let query = routes[call]?.missing.removeValue(forKey: ticket) else { return nil }
    routes[call]?.found[query] = location
    guard let waiting = routes[call], waiting.missing.isEmpty else { return nil }
    routes[call] = nil
    return (waiting.route, waiting.found)
  }
}
