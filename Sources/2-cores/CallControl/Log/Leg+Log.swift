import Machines
import SIP

/// A leg is written as it was made, and the events that lead from there to what it is.
extension Leg: LogValue {
  func encode(into log: inout LogEncoder) {
    log.fields(referrer == nil ? spares.isEmpty ? 9 : 10 : 11)
    log.write(id)
    log.write(role)
    log.write(party)
    log.write(contact)
    log.write(openedAt)
    log.write(dialog)
    log.write(flow)
    log.write(isStray)
    log.write(summary)
    if !spares.isEmpty || referrer != nil { log.write(spares) }
    if referrer != nil { log.write(referrer) }
  }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    let fields = try log.fields(9...11)
    let (id, role, party): (LegID, Role, String) = (
      try log.next(), try log.next(), try log.next()
    )
    let (contact, openedAt): (String, WallTime) = (try log.next(), try log.next())
    let (dialog, flow, isStray): (Dialog, Flow, Bool) = (
      try log.next(), try log.next(), try log.next()
    )
    let events: [LegEvent] = try log.next()
    self.init(
      id: id, role: role, party: party, contact: contact, openedAt: openedAt, dialog: dialog,
      flow: flow, isStray: isStray, spares: fields > 9 ? try log.next() : [],
      referrer: fields > 10 ? try log.next() : nil)
    for event in events { apply(event) }
  }
}

extension Leg {
  /// The fewest events that make a new leg with this one's dialog and flow into this one.
  var summary: [LegEvent] {
    var events: [LegEvent] = []
    if stage != .inviting { events.append(.staged(stage)) }
    if let rangAt { events.append(.rang(rangAt)) }
    if !capabilities.isEmpty { events.append(.learned(capabilities)) }
    if sessionTimer != nil { events.append(.sessionTimed(sessionTimer)) }
    if minimumInterval > 0 { events.append(.minimumRaised(minimumInterval)) }
    if let alternatives { events.append(.alternativesFound(alternatives)) }
    if serverName != nil { events.append(.serverNamed(serverName)) }
    if let outcome { events.append(.concluded(outcome)) }
    for (callee, tag) in earlyTags.sorted(by: { $0.key < $1.key }) {
      events.append(.tagged(callee: callee, tag: tag))
    }
    events += receivedInvites.map { .inviteReceived($0) }
    events += receivedRequests.map { .requestReceived($0) }
    events += sentInvites.map { .inviteSent($0) }
    events += sentRequests.map { .requestSent($0) }
    if !sentInvites.isEmpty || !sentRequests.isEmpty {
      // Each that was sent has moved the number to its own.
      events.append(.advancedLocal(cSeq: dialog.localCSeq))
    }
    summarizeMedia(into: &events)
    return events
  }

  private func summarizeMedia(into events: inout [LegEvent]) {
    if !ports.isEmpty { events.append(.portsBound(ports)) }
    if let agreed {
      events.append(.remoteDescribed(agreed))
      events.append(.agreed)
    }
    if let remote, remote != agreed { events.append(.remoteDescribed(remote)) }
    if let local {
      events.append(.identified(local.identity))
      if let lastSent = local.lastSent { events.append(.localDescribed(lastSent)) }
    }
  }

  /// The events that make the leg's dialog and flow those of a later state of it.
  func changes(to later: Leg) -> [LegEvent] {
    var events: [LegEvent] = []
    let dialog = later.dialog
    if dialog != self.dialog {
      events.append(.settled(localTag: dialog.localTag))
      events.append(
        .established(
          remoteTag: dialog.remoteTag, remoteTarget: dialog.remoteTarget,
          routeSet: dialog.routeSet))
      events.append(.advancedLocal(cSeq: dialog.localCSeq))
      if let remoteCSeq = dialog.remoteCSeq { events.append(.advancedRemote(cSeq: remoteCSeq)) }
    }
    if later.flow != flow { events.append(.flowed(later.flow)) }
    return events
  }
}

extension Leg.Role: LogValue {
  private enum Tag: UInt8, LogTag {
    case caller = 1
    case callee = 2
  }

  func encode(into log: inout LogEncoder) {
    switch self {
    case .caller: log.write(Tag.caller)
    case .callee: log.write(Tag.callee)
    }
  }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    switch try log.tag(Tag.self) {
    case .caller: self = .caller
    case .callee: self = .callee
    }
  }
}

extension Leg.Stage: LogValue {
  private enum Tag: UInt8, LogTag {
    case inviting = 1
    case ringing = 2
    case answered = 3
    case confirmed = 4
    case cancelling = 5
    case hangingUp = 6
    case ended = 7
  }

  func encode(into log: inout LogEncoder) {
    switch self {
    case .inviting: log.write(Tag.inviting)
    case .ringing: log.write(Tag.ringing)
    case .answered: log.write(Tag.answered)
    case .confirmed: log.write(Tag.confirmed)
    case .cancelling(let until): log.write(Tag.cancelling, until)
    case .hangingUp: log.write(Tag.hangingUp)
    case .ended: log.write(Tag.ended)
    }
  }

  init(decoding log: inout LogDecoder) throws(LogFault) {
    switch try log.tag(Tag.self) {
    case .inviting: self = .inviting
    case .ringing: self = .ringing
    case .answered: self = .answered
    case .confirmed: self = .confirmed
    case .cancelling: self = .cancelling(until: try log.next())
    case .hangingUp: self = .hangingUp
    case .ended: self = .ended
    }
  }
}
