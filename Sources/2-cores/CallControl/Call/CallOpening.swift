import Addressing
import Machines
import MediaControl
import SIP

/// How a call began: what the first INVITE said, and what we made of it.
package struct CallOpening: Equatable, Sendable {
  package let id: CallID
  package let time: WallTime
  /// The Request-URI that was dialled.
  package let dialled: String
  /// The authenticated subscriber, as `user@domain`; nil for a trusted peer.
  package let subscriber: String?
  package let maxForwards: Int
  package let caller: Leg
  /// The session description that the INVITE carried.
  package let offer: [UInt8]?
  /// What the caller says of its addresses is not what its packets show.
  package let callerIsBehindNAT: Bool
  /// Header lines that travel on to the callee unchanged, as `Name: value` pairs.
  package let passedOn: [PassedHeader]
}

/// A header that says something to the other party and nothing to us.
package struct PassedHeader: Equatable, Sendable {
  package let name: HeaderName
  package let value: String
}

/// One phone (or peer) that a call may be offered to.
package struct CallTarget: Equatable, Sendable {
  /// The Request-URI: a registered contact.
  package let uri: String
  package let flow: Flow
  /// Whose phone it is, for records: `user@domain`.
  package let party: String
  /// The phone is behind a NAT, so that media bypassing us would not arrive.
  package let isBehindNAT: Bool
  /// The proxies on the way to it, nearest first: the Path of its registration (RFC 3327 §5.4).
  package let routeSet: [String]
  /// Other flows to the same phone, tried in turn should this one have failed (RFC 5626 §7).
  package let spares: [SpareFlow]
  /// Further servers of the target's name, to be tried in order when the one before has failed
  /// (RFC 3263 §4.3); nil for a target that is an address.
  package let alternatives: [Flow]?
  /// The name that the servers were found by, where one of them is reached over TLS: what its
  /// certificate has to prove (RFC 5922 §7.2).
  package let serverName: String?
  /// Still to be looked up, before the call is told of the target; `flow` and `alternatives`
  /// follow from it. Never in an event.
  package let name: NamedServer?

  package init(
    uri: String, flow: Flow, party: String, isBehindNAT: Bool, routeSet: [String] = [],
    spares: [SpareFlow] = [], alternatives: [Flow]? = nil, serverName: String? = nil,
    name: NamedServer? = nil
  ) {
    self.uri = uri
    self.flow = flow
    self.party = party
    self.isBehindNAT = isBehindNAT
    self.routeSet = routeSet
    self.spares = spares
    self.alternatives = alternatives
    self.serverName = serverName
    self.name = name
  }

  /// A target that is reached by its URI's name alone.
  package init(uri: String, query: ServerQuery, party: String) {
    let nowhere = Flow(
      transport: query.transport ?? .udp, listener: ListenerID(0),
      remote: IPEndpoint(.anyIPv4, 0))
    self.init(
      uri: uri, flow: nowhere, party: party, isBehindNAT: false,
      name: NamedServer(query: query, otherwise: nil))
  }

  /// The target with the servers of its name in the order in which they are to be tried; nil
  /// without any.
  package func located(at flows: [Flow]) -> CallTarget? {
    guard let first = flows.first else { return nil }
    return CallTarget(
      uri: uri, flow: first, party: party, isBehindNAT: isBehindNAT, routeSet: routeSet,
      spares: spares, alternatives: Array(flows.dropFirst()),
      serverName: flows.contains { $0.transport == .tls } ? name?.query.serverName : nil)
  }
}

/// A target's name.
package struct NamedServer: Equatable, Sendable {
  package let query: ServerQuery
  /// Where the target is known to be besides; nil if nowhere.
  package let otherwise: Flow?

  package init(query: ServerQuery, otherwise: Flow?) {
    self.query = query
    self.otherwise = otherwise
  }
}

/// Another way to a phone that a call is offered to.
package struct SpareFlow: Equatable, Sendable {
  package let uri: String
  package let flow: Flow
  package let routeSet: [String]

  package init(uri: String, flow: Flow, routeSet: [String] = []) {
    self.uri = uri
    self.flow = flow
    self.routeSet = routeSet
  }
}

/// What a dialled URI leads to.
package enum CallRoute: Equatable, Sendable {
  /// Phones to try: the groups one after the other, those of a group at once
  /// (RFC 3261 §16.6: by q-value); all together for `limit` at most, nil for the node's own
  /// limit of each group.
  case targets([[CallTarget]], limit: Duration? = nil)
  /// The call is sent on, by one or several, and then goes there.
  indirect case diverted([Diversion], then: CallRoute)
  /// There is no further place: the failure of the phones that were tried stands.
  case exhausted
  /// The echo test: the caller hears what it says.
  case echo
  /// Something that the switch plays.
  case service(PlayedService)
  /// Something that the switch plays before it refuses the call.
  case announced(PlayedService, status: Int, reason: String?)
  case refused(status: Int, reason: String?)
}

/// Streams running between the caller and a callee leg, or back to the caller.
package struct Bridge: Equatable, Sendable {
  package let callee: LegID?
  package let streams: Int
}

/// How a call ended.
package struct CallRelease: Equatable, Sendable {
  package let time: Now
  package let by: Releaser
  /// The SIP status that says why: 200 for an answered call that was hung up.
  package let status: Int
  package let reason: String
  /// What the record should say beside.
  package let note: String?
}
