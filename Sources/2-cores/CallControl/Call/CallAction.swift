import MediaControl
import SIP

/// A message that leaves once the events that it depends on are on record.
package struct Transmission: Equatable, Sendable {
  package let bytes: [UInt8]
  package let flow: Flow
  package let leg: LegID
  /// Whom to tell that it has left or that it could not; nil where nobody waits for it.
  package let reference: TransactionReference?
}

/// What is to be done for a call.
package enum CallAction: Equatable, Sendable {
  case send(Transmission)
  /// Find out where the dialled URI leads; the answer comes as `.routed`.
  case route
  /// Find out where a name leads that the leg's requests go to; the answer comes as `.located`.
  case locate(LegID, ServerQuery)
  /// A server was not there for a call; `retryAfter` is what it said itself (RFC 3261 §21.5.4).
  case noteFailure(Flow, retryAfter: Duration?)
  /// Relay each stream between the caller and the callee, in place of what was relayed.
  case relay([StreamPlan])
  /// Send the caller's media back to it.
  case echo([StreamPlan])
  /// Play a programme to the caller, or go on with it towards where the caller is now.
  case play(CallProgramme, [PlayPlan])
  /// Stop the streams; each answers with one report.
  case closeMedia(streams: Int)
  case releasePorts([PortPair])
  /// Write the call's record down, and those of the phones tried for it, once.
  case record([CallRecord])
}

/// One stream as the media plane is to carry it.
package struct StreamPlan: Equatable, Sendable {
  package let index: Int
  package let caller: StreamEnd
  /// Nil for an echo.
  package let callee: StreamEnd?

  package init(index: Int, caller: StreamEnd, callee: StreamEnd?) {
    self.index = index
    self.caller = caller
    self.callee = callee
  }
}

/// One side of a stream: our ports, and what the party said of its own.
package struct StreamEnd: Equatable, Sendable {
  package let ports: PortPair
  package let remote: RemoteMedia?
  /// Where the party's signalling comes from: its media may, too, behind a NAT.
  package let signalling: Flow
}
