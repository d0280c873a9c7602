import Machines

extension CallEvent: LogValue {
  private enum Tag: UInt8, LogTag {
    case opened = 1
    case routed = 2
    case groupDialled = 3
    case legOpened = 4
    case leg = 5
    case rang = 6
    case answered = 7
    case failed = 8
    case codecChosen = 9
    case anchored = 10
    case bridged = 11
    case released = 12
    case mediaClosed = 13
    case mediaReported = 14
    case mediaCounted = 15
    case resumed = 16
    case recorded = 17

    case programmed = 48

    case diverted = 56
    case searchLimited = 57
    case redirected = 58
    case rerouting = 59

    case transferring = 64
    case joined = 65
    case reoffering = 66
  }

  func encode(into log: inout LogEncoder) {
    switch self {
    case .opened(let opening): log.write(Tag.opened, opening)
    case .routed(let groups, let isAnchored): log.write(Tag.routed, groups, isAnchored)
    case .groupDialled(let deadline): log.write(Tag.groupDialled, deadline)
    case .legOpened(let leg): log.write(Tag.legOpened, leg)
    case .leg(let leg, let event): log.write(Tag.leg, leg, event)
    case .rang(let leg, let time): log.write(Tag.rang, leg, time)
    case .answered(let answerer, let time, let until):
      log.write(Tag.answered, answerer, time, until)
    case .failed(let failure): log.write(Tag.failed, failure)
    case .codecChosen(let codec): log.write(Tag.codecChosen, codec)
    case .anchored: log.write(Tag.anchored)
    case .bridged(let bridge): log.write(Tag.bridged, bridge)
    case .released(let release): log.write(Tag.released, release)
    case .mediaClosed(let streams): log.write(Tag.mediaClosed, streams)
    case .mediaReported(let report): log.write(Tag.mediaReported, report)
    case .mediaCounted(let report, let time): log.write(Tag.mediaCounted, report, time)
    case .resumed(let resumption): log.write(Tag.resumed, resumption)
    case .recorded: log.write(Tag.recorded)
    case .diverted(let diversion): log.write(Tag.diverted, diversion)
    case .searchLimited(let deadline): log.write(Tag.searchLimited, deadline)
    case .redirected(let contacts): log.write(Tag.redirected, contacts)
    case .rerouting(let inquiry): log.write(Tag.rerouting, inquiry)
    case .programmed(let programme): log.write(Tag.programmed, programme)
    case .transferring(let transfer): log.write(Tag.transferring, transfer)
    case .joined(let joining): log.write(Tag.joined, joining)
    case .reoffering(let reoffer): log.write(Tag.reoffering, reoffer)
    }
  }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    switch try log.tag(Tag.self) {
    case .opened: self = .opened(try log.next())
    case .routed: self = .routed(groups: try log.next(), isAnchored: try log.next())
    case .groupDialled: self = .groupDialled(ringDeadline: try log.next())
    case .legOpened: self = .legOpened(try log.next())
    case .leg: self = .leg(try log.next(), try log.next())
    case .rang: self = .rang(try log.next(), try log.next())
    case .answered:
      self = .answered(by: try log.next(), try log.next(), until: try log.next())
    case .failed: self = .failed(try log.next())
    case .codecChosen: self = .codecChosen(try log.next())
    case .anchored: self = .anchored
    case .bridged: self = .bridged(try log.next())
    case .released: self = .released(try log.next())
    case .mediaClosed: self = .mediaClosed(streams: try log.next())
    case .mediaReported: self = .mediaReported(try log.next())
    case .mediaCounted: self = .mediaCounted(try log.next(), lastPacket: try log.next())
    case .resumed: self = .resumed(try log.next())
    case .recorded: self = .recorded
    case .diverted: self = .diverted(try log.next())
    case .searchLimited: self = .searchLimited(until: try log.next())
    case .redirected: self = .redirected(contacts: try log.next())
    case .rerouting: self = .rerouting(try log.next())
    case .programmed: self = .programmed(try log.next())
    case .transferring: self = .transferring(try log.next())
    case .joined: self = .joined(try log.next())
    case .reoffering: self = .reoffering(try log.next())
    }
  }
}

extension Call.Answerer: LogValue {
  private enum Tag: UInt8, LogTag {
    case leg = 1
    case echo = 2
    case service = 48
  }

  func encode(into log: inout LogEncoder) {
    switch self {
    case .leg(let leg): log.write(Tag.leg, leg)
    case .echo: log.write(Tag.echo)
    case .service(let name): log.write(Tag.service, name)
    }
  }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    switch try log.tag(Tag.self) {
    case .leg: self = .leg(try log.next())
    case .echo: self = .echo
    case .service: self = .service(try log.next())
    }
  }
}
