import Machines
import SIP

/// Names a transaction of a leg, so that the shell can report on what it sent for it.
package enum TransactionReference: Equatable, Hashable, Sendable {
  case inviteServer(cSeq: UInt32)
  case answer(cSeq: UInt32)
  /// A reliable provisional response, by its RSeq.
  case provisional(cSeq: UInt32, number: UInt32)
  case inviteClient(branch: String)
  case client(branch: String, method: SIPMethod)
  case server(cSeq: UInt32, method: SIPMethod)
}

/// What can happen to a call from outside.
package enum CallInput {
  case routed(CallRoute)
  /// A request that belongs to the leg's dialog, or to the INVITE that began it.
  case request(SIPMessage, leg: LegID, flow: Flow)
  case response(SIPMessage, leg: LegID)
  /// The message has really left: its timers start.
  case sent(TransactionReference, leg: LegID)
  case transportFailed(TransactionReference, leg: LegID)
  case deadline
  case mediaReport(MediaReport)
  /// What a stream that goes on came to so far.
  case mediaProgress(MediaReport, lastPacket: WallTime?)
  /// No media from either party for too long.
  case mediaInactive
  /// The party's phone has opened a new connection.
  case flowRenewed(LegID, Flow)
  /// Where the name leads that the leg's requests go to, the first to be tried first.
  case located(LegID, ServerQuery, [ServerTarget])
  /// The call was read back from its log.
  case recovered(lastHeard: WallTime)
  /// The operator, or the end of the program, wants the call to end; a caller who has not been
  /// answered hears the status.
  case hangUp(reason: String, status: Int = 503)
}
