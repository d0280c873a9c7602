@testable import CallControl

/// The cases of what the log holds, so that none is forgotten: a new case does not compile until
/// it stands in the switch, and a test fails until `LogSamples` has it.
enum CallEventKind: CaseIterable {
  case opened, routed, groupDialled, legOpened, leg, rang, answered, failed, codecChosen, anchored
  case bridged, released, mediaClosed, mediaReported, mediaCounted, resumed, recorded
  case programmed, diverted, searchLimited, redirected, rerouting
  case transferring, joined, reoffering

  init(_ event: CallEvent) {
    switch event {
    case .opened: self = .opened
    case .routed: self = .routed
    case .groupDialled: self = .groupDialled
    case .legOpened: self = .legOpened
    case .leg: self = .leg
    case .rang: self = .rang
    case .answered: self = .answered
    case .failed: self = .failed
    case .codecChosen: self = .codecChosen
    case .anchored: self = .anchored
    case .bridged: self = .bridged
    case .released: self = .released
    case .mediaClosed: self = .mediaClosed
    case .mediaReported: self = .mediaReported
    case .mediaCounted: self = .mediaCounted
    case .resumed: self = .resumed
    case .recorded: self = .recorded
    case .diverted: self = .diverted
    case .searchLimited: self = .searchLimited
    case .redirected: self = .redirected
    case .rerouting: self = .rerouting
    case .programmed: self = .programmed
    case .transferring: self = .transferring
    case .joined: self = .joined
    case .reoffering: self = .reoffering
    }
  }
}

enum LegEventKind: CaseIterable {
  case staged, rang, concluded, learned, sessionTimed
  case minimumRaised
  case tagged, established, settled, targetRefreshed, flowed, advancedLocal, advancedRemote
  case inviteReceived, inviteServer, answered, delivery, inviteSent, inviteClient, inviteUnwanted
  case reliable, provisionalTaken, acknowledged, requestSent, client, requestReceived, server
  case portsBound, portsReleased, remoteDescribed, agreed, withdrawn, identified, localDescribed
  case alternativesFound, movedOn, serverNamed

  init(_ event: LegEvent) {
    switch event {
    case .staged: self = .staged
    case .rang: self = .rang
    case .concluded: self = .concluded
    case .learned: self = .learned
    case .sessionTimed: self = .sessionTimed
    case .minimumRaised: self = .minimumRaised
    case .tagged: self = .tagged
    case .established: self = .established
    case .settled: self = .settled
    case .targetRefreshed: self = .targetRefreshed
    case .flowed: self = .flowed
    case .advancedLocal: self = .advancedLocal
    case .advancedRemote: self = .advancedRemote
    case .inviteReceived: self = .inviteReceived
    case .inviteServer: self = .inviteServer
    case .answered: self = .answered
    case .delivery: self = .delivery
    case .inviteSent: self = .inviteSent
    case .inviteClient: self = .inviteClient
    case .inviteUnwanted: self = .inviteUnwanted
    case .reliable: self = .reliable
    case .provisionalTaken: self = .provisionalTaken
    case .acknowledged: self = .acknowledged
    case .requestSent: self = .requestSent
    case .client: self = .client
    case .requestReceived: self = .requestReceived
    case .server: self = .server
    case .portsBound: self = .portsBound
    case .portsReleased: self = .portsReleased
    case .remoteDescribed: self = .remoteDescribed
    case .agreed: self = .agreed
    case .withdrawn: self = .withdrawn
    case .identified: self = .identified
    case .localDescribed: self = .localDescribed
    case .alternativesFound: self = .alternativesFound
    case .movedOn: self = .movedOn
    case .serverNamed: self = .serverNamed
    }
  }
}
