import Machines

/// A whole call as the log holds it, so that what came before can be dropped.
///
/// Since the call is the fold of its events, a snapshot is a step: of the fewest events with the
/// same fold. It needs no format of its own, and no second way into a call's state.
extension Call {
  package func encodeSnapshot(at now: Now, into bytes: inout [UInt8]) {
    let events = summary
    assert((try? Call(replaying: events)) == self, "a snapshot is the call")
    CallLogStep.encode(now: now, cause: .snapshot, events: events, into: &bytes)
  }

  package static func decodeSnapshot(
    _ bytes: ArraySlice<UInt8>, version: UInt16
  ) throws(LogFault) -> Call {
    try Call(replaying: CallLogStep.decode(bytes, version: version).events)
  }
}

extension Call {
  /// The fewest events whose fold is this call.
  var summary: [CallEvent] {
    var events: [CallEvent] = [.opened(opening)]
    for event in opening.caller.changes(to: caller) + caller.summary {
      events.append(.leg(.caller, event))
    }
    events += legs.dropFirst().map { .legOpened($0) }
    summarizeSetup(into: &events)
    summarizeMedia(into: &events)
    if let release { events.append(.released(release)) }
    if isRecorded { events.append(.recorded) }
    return events
  }

  private func summarizeSetup(into events: inout [CallEvent]) {
    if !diversions.isEmpty {
      // The first ringing may have been another callee's: a diversion leaves only its time.
      if let rangAt { events.append(.rang(.caller, rangAt)) }
      events += diversions.map { .diverted($0) }
    }
    if case .rerouting(let inquiry) = stage {
      if isAnchored { events.append(.anchored) }
      events.append(.rerouting(inquiry))
    } else if stage == .dialling {
      // The group that rings now was taken off the list.
      let groups = ringDeadline == nil ? untried : [[]] + untried
      events.append(.routed(groups: groups, isAnchored: isAnchored))
      if let searchDeadline { events.append(.searchLimited(until: searchDeadline)) }
      if !redirection.isEmpty { events.append(.redirected(contacts: redirection)) }
      if let ringDeadline { events.append(.groupDialled(ringDeadline: ringDeadline)) }
    } else if isAnchored {
      events.append(.anchored)
    }
    if let firstRinging, let rangAt { events.append(.rang(firstRinging, rangAt)) }
    if let bestFailure { events.append(.failed(bestFailure)) }
    if let codec { events.append(.codecChosen(codec)) }
    if let answerer, let answeredAt {
      // A released call has no last moment any more: its release, which comes later, clears it.
      events.append(.answered(by: answerer, answeredAt, until: lastMoment ?? answeredAt.steady))
    }
    events += joinings.map { .joined($0) }
    if transfer != nil { events.append(.transferring(transfer)) }
    if reoffer != nil { events.append(.reoffering(reoffer)) }
  }

  private func summarizeMedia(into events: inout [CallEvent]) {
    if let lastSeen {
      let resumption = Resumption(
        time: Now(steady: Instant(nanoseconds: lastSeen.nanoseconds), wall: lastSeen),
        lastHeard: lastSeen)
      events += repeatElement(.resumed(resumption), count: resumptions)
    }
    if let programme { events.append(.programmed(programme)) }
    let counted = reports + progress
    if resumptions == 0, let lastSeen, let first = counted.first {
      // Taken back by the stream's own report, which follows.
      events.append(.mediaCounted(first, lastPacket: lastSeen))
    }
    let streams = awaitedReports + reports.count
    if streams > 0 { events.append(.mediaClosed(streams: streams)) }
    events += reports.map { .mediaReported($0) }
    events += progress.map { .mediaCounted($0, lastPacket: nil) }
    if let bridge { events.append(.bridged(bridge)) }
  }
}
