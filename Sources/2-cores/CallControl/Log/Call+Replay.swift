extension Call {
  /// The call that the events make, the first of which opens it.
  package init(replaying events: [CallEvent]) throws(LogFault) {
    guard case .opened(let opening)? = events.first else {
      throw LogFault(.disorder("no opening"), at: 0)
    }
    self.init(opening: opening)
    for event in events.dropFirst() { try replay(event) }
  }

  /// Applies an event that was read back: one that cannot be the call's is a fault, where `apply`
  /// would trap.
  package mutating func replay(_ event: CallEvent) throws(LogFault) {
    if let disorder = disorder(of: event) { throw LogFault(.disorder(disorder), at: 0) }
    apply(event)
  }

  private func disorder(of event: CallEvent) -> String? {
    switch event {
    case .opened: "a second opening"
    case .groupDialled: untried.isEmpty ? "no group to dial" : nil
    case .legOpened(let leg): Int(leg.id.index) == legs.count ? nil : "a leg out of its place"
    case .leg(let leg, _), .rang(let leg, _): disorder(of: leg)
    case .answered(.leg(let leg), _, _): disorder(of: leg)
    case .bridged(let bridge): bridge.callee.flatMap(disorder)
    case .transferring(let transfer):
      transfer.flatMap { disorder(of: $0.referrer) ?? disorder(of: $0.transferee) }
    case .joined(let joining):
      disorder(of: joining.first) ?? disorder(of: joining.second)
        ?? disorder(of: joining.referrer)
    case .reoffering(let reoffer): reoffer.flatMap { disorder(of: $0.leg) }
    case .mediaClosed(let streams): 0...Int(UInt16.max) ~= streams ? nil : "too many streams"
    case .answered(.echo, _, _), .answered(.service, _, _), .programmed, .routed, .failed,
      .codecChosen, .anchored, .released, .mediaReported, .mediaCounted, .resumed, .recorded,
      .diverted, .searchLimited, .redirected, .rerouting:
      nil
    }
  }

  private func disorder(of leg: LegID) -> String? {
    Int(leg.index) < legs.count ? nil : "no such leg"
  }
}
