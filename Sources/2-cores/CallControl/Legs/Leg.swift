import Machines
import MediaControl
import SIP

/// One party's side of a call: a dialog, its transactions, its media ports.
///
/// Only `apply` changes it.
package struct Leg: Equatable, Sendable {
  package enum Role: Equatable, Sendable {
    /// We are the user agent server: the party called us.
    case caller
    /// We are the user agent client: we called the party.
    case callee
  }

  package enum Stage: Equatable, Sendable {
    /// INVITE without a final response → ringing, answered, confirmed, cancelling, ended.
    case inviting
    /// A provisional response beyond 100 has passed → answered, confirmed, cancelling, ended.
    case ringing
    /// 2xx on its way, ACK not seen (caller), or not sent because the caller's answer is still
    /// to come (callee) → confirmed, hangingUp, ended.
    case answered
    /// → hangingUp, ended.
    case confirmed
    /// Callee only: given up, waiting for its final response, `until` 64·T1 after the CANCEL
    /// (RFC 3261 §9.1); nil while the CANCEL waits for a provisional response → ended.
    case cancelling(until: Instant?)
    /// Caller only: to end with a BYE, which may not leave before the ACK (§15) → ended.
    case hangingUp
    case ended
  }

  package let id: LegID
  package let role: Role
  /// Who it is, for records: the subscriber's address, or the URI that was dialled.
  package let party: String
  /// Our Contact URI towards the party.
  package let contact: String
  /// When the party called, or was called.
  package let openedAt: WallTime
  /// A second answer to another leg's INVITE, from behind a forking proxy.
  package let isStray: Bool
  /// Other flows to the same phone (RFC 5626 §7).
  package let spares: [SpareFlow]
  /// The party that had it called in its own place.
  package let referrer: LegID?

  package private(set) var stage: Stage = .inviting
  package private(set) var dialog: Dialog
  /// Where requests to the party go.
  package private(set) var flow: Flow
  /// The servers that are to be tried when the one at `flow` has failed; nil for a party that is
  /// not reached by a name.
  package private(set) var alternatives: [Flow]?
  /// The name by which the server at `flow` was found, which its certificate has to prove
  /// (RFC 5922 §7.2); nil where there is no TLS, or no name.
  package private(set) var serverName: String?
  /// Caller's leg: the tag under which a callee leg's description was given. Two phones'
  /// descriptions are two early dialogs, as behind a forking proxy (RFC 3261 §13.2.1: all
  /// descriptions in one dialog are the same).
  package private(set) var earlyTags: [LegID: String] = [:]

  package private(set) var receivedInvites: [ReceivedInvite] = []
  package private(set) var sentInvites: [SentInvite] = []
  package private(set) var sentRequests: [SentRequest] = []
  package private(set) var receivedRequests: [ReceivedRequest] = []

  /// Our ports towards the party, one pair for each media stream.
  package private(set) var ports: [PortPair] = []
  package private(set) var remote: RemoteDescription?
  /// The party's description in the session as both last agreed on it: what holds again when a
  /// change of it is refused (RFC 3261 §14.1).
  package private(set) var agreed: RemoteDescription?
  /// What we told the party last, under one `o=` line whoever it came from (RFC 3264 §8).
  package private(set) var local: OriginTracker?

  package private(set) var capabilities: PartyCapabilities = []
  package private(set) var sessionTimer: SessionTimer?
  /// The largest Min-SE that the dialog has shown, in seconds (RFC 4028 §7.4).
  package private(set) var minimumInterval: UInt32 = 0

  /// When the phone first rang.
  package private(set) var rangAt: WallTime?
  /// How the phone's part in the call's setup ended, if it did not become the answer.
  package private(set) var outcome: LegOutcome?

  package init(
    id: LegID, role: Role, party: String, contact: String, openedAt: WallTime, dialog: Dialog,
    flow: Flow, isStray: Bool = false, spares: [SpareFlow] = [], referrer: LegID? = nil
  ) {
    self.id = id
    self.role = role
    self.party = party
    self.contact = contact
    self.openedAt = openedAt
    self.isStray = isStray
    self.spares = spares
    self.referrer = referrer
    self.dialog = dialog
    self.flow = flow
  }

  package mutating func apply(_ event: LegEvent) {
    switch event {
    case .staged(let stage):
      self.stage = stage
    case .rang(let time):
      rangAt = time
    case .learned(let capabilities):
      self.capabilities = capabilities
    case .sessionTimed(let timer):
      sessionTimer = timer
    case .minimumRaised(let minimum):
      minimumInterval = minimum
    case .concluded(let outcome):
      self.outcome = outcome
    case .tagged, .established, .settled, .targetRefreshed, .flowed, .alternativesFound, .movedOn,
      .serverNamed, .advancedLocal, .advancedRemote:
      applyToDialog(event)
    case .inviteReceived, .inviteServer, .reliable, .answered, .delivery, .requestReceived, .server:
      applyToServerTransactions(event)
    case .inviteSent, .inviteClient, .inviteUnwanted, .provisionalTaken, .acknowledged,
      .requestSent, .client:
      applyToClientTransactions(event)
    case .portsBound(let pairs):
      ports += pairs
    case .portsReleased:
      ports = []
    case .remoteDescribed(let description):
      remote = description
    case .agreed:
      agreed = remote
    case .withdrawn:
      remote = agreed
    case .identified(let origin):
      local = OriginTracker(origin)
    case .localDescribed(let body):
      local?.record(body)
    }
  }

  private mutating func applyToDialog(_ event: LegEvent) {
    switch event {
    case .tagged(let callee, let tag): earlyTags[callee] = tag
    case .established(let remoteTag, let remoteTarget, let routeSet):
      dialog.establish(remoteTag: remoteTag, remoteTarget: remoteTarget, routeSet: routeSet)
    case .settled(let localTag): dialog.settle(localTag: localTag)
    case .targetRefreshed(let target): dialog.refresh(remoteTarget: target)
    case .flowed(let flow): self.flow = flow
    case .alternativesFound(let flows): alternatives = flows
    case .movedOn(let flow):
      self.flow = flow
      alternatives = alternatives.map { Array($0.dropFirst()) }
    case .serverNamed(let name): serverName = name
    case .advancedLocal(let cSeq): dialog.advance(localCSeq: cSeq)
    case .advancedRemote(let cSeq): dialog.advance(remoteCSeq: cSeq)
    default: break
    }
  }

  private mutating func applyToServerTransactions(_ event: LegEvent) {
    switch event {
    case .inviteReceived(let invite):
      receivedInvites.append(invite)
    case .inviteServer(let cSeq, let event):
      change(&receivedInvites, where: { $0.cSeq == cSeq }) { $0.transaction.apply(event) }
      receivedInvites.removeAll(where: \.isOver)
    case .reliable(let cSeq, let event):
      change(&receivedInvites, where: { $0.cSeq == cSeq }) { $0.reliable?.apply(event) }
    case .answered(let cSeq, let delivery):
      change(&receivedInvites, where: { $0.cSeq == cSeq }) { $0.delivery = delivery }
    case .delivery(let cSeq, let event):
      change(&receivedInvites, where: { $0.cSeq == cSeq }) { $0.delivery?.apply(event) }
      receivedInvites.removeAll(where: \.isOver)
    case .requestReceived(let request):
      receivedRequests.append(request)
    case .server(let cSeq, let method, let event):
      change(&receivedRequests, where: { $0.cSeq == cSeq && $0.method == method }) {
        $0.transaction.apply(event)
      }
      receivedRequests.removeAll(where: \.transaction.isTerminated)
    default: break
    }
  }

  private mutating func applyToClientTransactions(_ event: LegEvent) {
    switch event {
    case .inviteSent(let invite):
      sentInvites.append(invite)
      dialog.advance(localCSeq: invite.cSeq)
    case .inviteClient(let branch, let event):
      change(&sentInvites, where: { $0.branch == branch }) { $0.transaction.apply(event) }
      sentInvites.removeAll(where: \.transaction.isTerminated)
    case .inviteUnwanted(let branch):
      change(&sentInvites, where: { $0.branch == branch }) { $0.isUnwanted = true }
    case .provisionalTaken(let branch, let receipt):
      change(&sentInvites, where: { $0.branch == branch }) { invite in
        invite.receipts.removeAll { $0.tag == receipt.tag }
        invite.receipts.append(receipt)
      }
    case .acknowledged(let branch, let acknowledgement):
      change(&sentInvites, where: { $0.branch == branch }) {
        $0.acknowledgement = acknowledgement
      }
    case .requestSent(let request):
      sentRequests.append(request)
      // A CANCEL has the number of its INVITE (§9.1).
      if request.method != .cancel { dialog.advance(localCSeq: request.cSeq) }
    case .client(let branch, let event):
      change(&sentRequests, where: { $0.branch == branch }) {
        $0.transaction.apply(event)
      }
      sentRequests.removeAll(where: \.transaction.isTerminated)
    default: break
    }
  }
}

extension Leg {
  /// An INVITE of either direction that has no final response, or no ACK yet (RFC 3261 §14).
  package var hasInviteInProgress: Bool {
    sentInvites.contains(where: { $0.isPending || $0.awaitsAcknowledgement })
      || receivedInvites.contains(where: { $0.isPending || $0.awaitsAcknowledgement })
  }

  /// The party has yet to hear, or to confirm, that the call is over.
  package var isTakingLeave: Bool {
    stage == .hangingUp
      || sentRequests.contains { request in
        switch request.transaction.state {
        case .created, .trying, .proceeding: true
        case .completed, .terminated: false
        }
      }
  }

  /// Transactions that this leg holds; a peer may not make them grow without a limit.
  package var transactionCount: Int {
    receivedInvites.count + sentInvites.count + sentRequests.count + receivedRequests.count
  }

  /// Nothing is left to absorb, to send again or to wait for.
  @inline(__always) package var isQuiet: Bool {
    stage == .ended && receivedInvites.isEmpty && sentInvites.isEmpty && sentRequests.isEmpty
      && receivedRequests.isEmpty
  }

  /// Over, and only there for what still comes of it.
  @inline(__always) package var isAbsorbing: Bool {
    stage == .ended
      && receivedInvites.allSatisfy { $0.transaction.isAbsorbing && !$0.awaitsAcknowledgement }
      && sentInvites.allSatisfy(\.transaction.isAbsorbing)
      && sentRequests.allSatisfy(\.transaction.isAbsorbing)
      && receivedRequests.allSatisfy(\.transaction.isAbsorbing)
  }

  /// When the last of its transactions ends.
  @inline(__always) package var lastDeadline: Instant? {
    var deadlines: [Instant?] = receivedInvites.map(\.transaction.nextDeadline)
    deadlines += sentInvites.map(\.transaction.nextDeadline)
    deadlines += sentRequests.map(\.transaction.nextDeadline)
    deadlines += receivedRequests.map(\.transaction.nextDeadline)
    return deadlines.compactMap { $0 }.max()
  }

  @inline(__always) package var nextDeadline: Instant? {
    var deadline: Instant? = nil
    if case .cancelling(let until) = stage { deadline = until }
    if stage == .confirmed, let sessionTimer { deadline = sessionTimer.next }
    for invite in receivedInvites { deadline = earliest(deadline, invite.nextDeadline) }
    for invite in sentInvites { deadline = earliest(deadline, invite.transaction.nextDeadline) }
    for request in sentRequests { deadline = earliest(deadline, request.transaction.nextDeadline) }
    for request in receivedRequests {
      deadline = earliest(deadline, request.transaction.nextDeadline)
    }
    return deadline
  }
}

private func change<Element>(
  _ list: inout [Element], where matches: (Element) -> Bool, _ body: (inout Element) -> Void
) {
  guard let index = list.firstIndex(where: matches) else { return }
  body(&list[index])
}
