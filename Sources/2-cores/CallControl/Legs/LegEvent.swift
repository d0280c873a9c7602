import Machines
import MediaControl
import SIP

/// What happened on one leg. Every outcome that was chosen is in it.
package enum LegEvent: Equatable, Sendable {
  case staged(Leg.Stage)
  /// The phone rings.
  case rang(WallTime)
  /// The phone is out of the running.
  case concluded(LegOutcome)

  // The dialog
  /// On the caller's leg: the tag that stands for one callee leg in early dialogs.
  case tagged(callee: LegID, tag: String)
  case established(remoteTag: String, remoteTarget: String?, routeSet: [String])
  case settled(localTag: String)
  case targetRefreshed(String)
  case flowed(Flow)
  /// What the party can do, as it said last.
  case learned(PartyCapabilities)
  /// The session's timer from now on; nil for none.
  case sessionTimed(SessionTimer?)
  /// The largest Min-SE that the dialog has shown, in seconds.
  case minimumRaised(UInt32)
  /// The party is reached by a name; the servers beside the one at the leg's flow.
  case alternativesFound([Flow])
  /// The server has failed; the next one, which is the first of the alternatives, is tried.
  case movedOn(Flow)
  /// What the server's certificate has to prove from now on; nil for its address.
  case serverNamed(String?)
  case advancedLocal(cSeq: UInt32)
  case advancedRemote(cSeq: UInt32)

  // Transactions; a client transaction is named by its branch, a server transaction by its CSeq
  indirect case inviteReceived(ReceivedInvite)
  case inviteServer(cSeq: UInt32, InviteServerTransaction.Event)
  indirect case reliable(cSeq: UInt32, ReliableResponses.Event)
  indirect case answered(cSeq: UInt32, delivery: AnswerDelivery)
  case delivery(cSeq: UInt32, AnswerDelivery.Event)
  indirect case inviteSent(SentInvite)
  case inviteClient(branch: String, InviteClientTransaction.Event)
  /// The party that asked for it has taken it back.
  case inviteUnwanted(branch: String)
  /// The next reliable provisional response of an early dialog.
  case provisionalTaken(branch: String, ReliableReceipt)
  case acknowledged(branch: String, acknowledgement: [UInt8])
  indirect case requestSent(SentRequest)
  case client(branch: String, NonInviteClientTransaction.Event)
  indirect case requestReceived(ReceivedRequest)
  case server(cSeq: UInt32, method: SIPMethod, NonInviteServerTransaction.Event)

  // Media
  case portsBound([PortPair])
  case portsReleased
  /// The description that the party gave us last, as it came.
  case remoteDescribed(RemoteDescription)
  /// The party's last description is part of the session now.
  case agreed
  /// The party's last description came to nothing; the agreed one holds.
  case withdrawn
  /// From now on our descriptions towards the party have this identity.
  case identified(OriginIdentity)
  /// The description that we gave the party last.
  case localDescribed([UInt8])
}

/// How a phone that was tried went out of the running: its own final response, the one that
/// stands for its silence, or what took it back.
package struct LegOutcome: Equatable, Sendable {
  package let time: Now
  package let status: Int
  package let reason: String

  package init(time: Now, status: Int, reason: String) {
    self.time = time
    self.status = status
    self.reason = reason
  }
}
