import MediaControl
import SIP

extension LegEvent: LogValue {
  private enum Tag: UInt8, LogTag {
    case staged = 1
    case rang = 2
    case concluded = 3

    case tagged = 10
    case established = 11
    case settled = 12
    case targetRefreshed = 13
    case flowed = 14
    case advancedLocal = 15
    case advancedRemote = 16

    case inviteReceived = 20
    case inviteServer = 21
    case answered = 22
    case delivery = 23
    case inviteSent = 24
    case inviteClient = 25
    case inviteUnwanted = 26
    case acknowledged = 27
    case requestSent = 28
    case client = 29
    case requestReceived = 30
    case server = 31

    case learned = 32
    case reliable = 33
    case provisionalTaken = 34
    case sessionTimed = 35
    case minimumRaised = 36

    case portsBound = 40
    case portsReleased = 41
    case remoteDescribed = 42
    case agreed = 43
    case withdrawn = 44
    case identified = 45
    case localDescribed = 46

    case alternativesFound = 80
    case movedOn = 81
    case serverNamed = 82
  }

  func encode(into log: inout LogEncoder) {
    switch self {
    case .staged(let stage): log.write(Tag.staged, stage)
    case .rang(let time): log.write(Tag.rang, time)
    case .concluded(let outcome): log.write(Tag.concluded, outcome)

    case .tagged(let callee, let tag): log.write(Tag.tagged, callee, tag)
    case .established(let tag, let target, let routes):
      log.write(Tag.established, tag, target, routes)
    case .settled(let tag): log.write(Tag.settled, tag)
    case .targetRefreshed(let target): log.write(Tag.targetRefreshed, target)
    case .flowed(let flow): log.write(Tag.flowed, flow)
    case .advancedLocal(let cSeq): log.write(Tag.advancedLocal, cSeq)
    case .advancedRemote(let cSeq): log.write(Tag.advancedRemote, cSeq)

    case .inviteReceived(let invite): log.write(Tag.inviteReceived, invite)
    case .inviteServer(let cSeq, let event): log.write(Tag.inviteServer, cSeq, event)
    case .answered(let cSeq, let delivery): log.write(Tag.answered, cSeq, delivery)
    case .delivery(let cSeq, let event): log.write(Tag.delivery, cSeq, event)
    case .inviteSent(let invite): log.write(Tag.inviteSent, invite)
    case .inviteClient(let branch, let event): log.write(Tag.inviteClient, branch, event)
    case .inviteUnwanted(let branch): log.write(Tag.inviteUnwanted, branch)
    case .acknowledged(let branch, let bytes): log.write(Tag.acknowledged, branch, bytes)
    case .requestSent(let request): log.write(Tag.requestSent, request)
    case .client(let branch, let event): log.write(Tag.client, branch, event)
    case .requestReceived(let request): log.write(Tag.requestReceived, request)
    case .server(let cSeq, let method, let event): log.write(Tag.server, cSeq, method, event)

    case .learned(let capabilities): log.write(Tag.learned, capabilities.rawValue)
    case .reliable(let cSeq, let event): log.write(Tag.reliable, cSeq, event)
    case .provisionalTaken(let branch, let receipt):
      log.write(Tag.provisionalTaken, branch, receipt)
    case .sessionTimed(let timer): log.write(Tag.sessionTimed, timer)
    case .minimumRaised(let minimum): log.write(Tag.minimumRaised, minimum)

    case .portsBound(let pairs): log.write(Tag.portsBound, pairs)
    case .portsReleased: log.write(Tag.portsReleased)
    case .remoteDescribed(let description): log.write(Tag.remoteDescribed, description)
    case .agreed: log.write(Tag.agreed)
    case .withdrawn: log.write(Tag.withdrawn)
    case .identified(let origin): log.write(Tag.identified, origin)
    case .localDescribed(let body): log.write(Tag.localDescribed, body)

    case .alternativesFound(let flows): log.write(Tag.alternativesFound, flows)
    case .movedOn(let flow): log.write(Tag.movedOn, flow)
    case .serverNamed(let name): log.write(Tag.serverNamed, name)
    }
  }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    switch try log.tag(Tag.self) {
    case .staged: self = .staged(try log.next())
    case .rang: self = .rang(try log.next())
    case .concluded: self = .concluded(try log.next())

    case .tagged: self = .tagged(callee: try log.next(), tag: try log.next())
    case .established:
      self = .established(
        remoteTag: try log.next(), remoteTarget: try log.next(), routeSet: try log.next())
    case .settled: self = .settled(localTag: try log.next())
    case .targetRefreshed: self = .targetRefreshed(try log.next())
    case .flowed: self = .flowed(try log.next())
    case .advancedLocal: self = .advancedLocal(cSeq: try log.next())
    case .advancedRemote: self = .advancedRemote(cSeq: try log.next())

    case .inviteReceived: self = .inviteReceived(try log.next())
    case .inviteServer: self = .inviteServer(cSeq: try log.next(), try log.next())
    case .answered: self = .answered(cSeq: try log.next(), delivery: try log.next())
    case .delivery: self = .delivery(cSeq: try log.next(), try log.next())
    case .inviteSent: self = .inviteSent(try log.next())
    case .inviteClient: self = .inviteClient(branch: try log.next(), try log.next())
    case .inviteUnwanted: self = .inviteUnwanted(branch: try log.next())
    case .acknowledged:
      self = .acknowledged(branch: try log.next(), acknowledgement: try log.next())
    case .requestSent: self = .requestSent(try log.next())
    case .client: self = .client(branch: try log.next(), try log.next())
    case .requestReceived: self = .requestReceived(try log.next())
    case .server:
      self = .server(cSeq: try log.next(), method: try log.next(), try log.next())

    case .learned: self = .learned(PartyCapabilities(rawValue: try log.next()))
    case .reliable: self = .reliable(cSeq: try log.next(), try log.next())
    case .provisionalTaken:
      self = .provisionalTaken(branch: try log.next(), try log.next())
    case .sessionTimed: self = .sessionTimed(try log.next())
    case .minimumRaised: self = .minimumRaised(try log.next())

    case .portsBound: self = .portsBound(try log.next())
    case .portsReleased: self = .portsReleased
    case .remoteDescribed: self = .remoteDescribed(try log.next())
    case .agreed: self = .agreed
    case .withdrawn: self = .withdrawn
    case .identified: self = .identified(try log.next())
    case .localDescribed: self = .localDescribed(try log.next())

    case .alternativesFound: self = .alternativesFound(try log.next())
    case .movedOn: self = .movedOn(try log.next())
    case .serverNamed: self = .serverNamed(try log.next())
    }
  }
}
