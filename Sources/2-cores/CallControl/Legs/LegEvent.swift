import MediaControl
import SIP

/// What happened on one leg. Every outcome that was chosen is in it.
package enum LegEvent: Equatable, Sendable {
  case staged(Leg.Stage)

  // The dialog
  /// On the caller's leg: the tag that stands for one callee leg in early dialogs.
  case tagged(callee: LegID, tag: String)
  case established(remoteTag: String, remoteTarget: String?, routeSet: [String])
  case settled(localTag: String)
  case targetRefreshed(String)
  case flowed(Flow)
  case advancedLocal(cSeq: UInt32)
  case advancedRemote(cSeq: UInt32)

  // Transactions; a client transaction is named by its branch, a server transaction by its CSeq
  case inviteReceived(ReceivedInvite)
  case inviteServer(cSeq: UInt32, InviteServerTransaction.Event)
  case answered(cSeq: UInt32, delivery: AnswerDelivery)
  case delivery(cSeq: UInt32, AnswerDelivery.Event)
  case inviteSent(SentInvite)
  case inviteClient(branch: String, InviteClientTransaction.Event)
  /// The party that asked for it has taken it back.
  case inviteUnwanted(branch: String)
  case acknowledged(branch: String, acknowledgement: [UInt8])
  case requestSent(SentRequest)
  case client(branch: String, NonInviteClientTransaction.Event)
  case requestReceived(ReceivedRequest)
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
