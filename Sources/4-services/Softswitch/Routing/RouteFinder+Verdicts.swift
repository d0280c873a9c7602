import CallControl
import Machines
import SIP

// What a subscriber, or a group, wants done with a call.
extension RouteFinder {
  func verdict(on destination: Destination, _ call: Call, _ inquiry: RouteInquiry?) -> Verdict {
    switch destination {
    case .subscriber(let subscriber): verdict(on: subscriber, call)
    case .group(let group): verdict(on: group, call, inquiry)
    }
  }

  private func verdict(on subscriber: Subscriber, _ call: Call) -> Verdict {
    let settings = subscriber.settings
    if let to = settings.forward.always { return .forward(to: to, .unconditional) }
    if settings.doNotDisturb {
      if let to = settings.forward.busy { return .forward(to: to, .doNotDisturb) }
      return .give(status: configuration.doNotDisturbStatus, reason: "Do Not Disturb")
    }
    if hasCallsEnough(subscriber) {
      if let to = settings.forward.busy { return .forward(to: to, .busy) }
      return .give(status: 486, reason: nil)
    }
    let phones = phones(of: subscriber, for: call)
    guard !phones.isEmpty else {
      if let to = settings.forward.unregistered { return .forward(to: to, .unregistered) }
      return .give(status: 480, reason: nil)
    }
    return .take(.targets(phones, limit: settings.forward.noAnswer?.after))
  }

  /// By preference, as far as they can be reached as the caller asked.
  private func phones(of subscriber: Subscriber, for call: Call) -> [[CallTarget]] {
    let isSecure =
      if case .sip(let uri)? = URI(call.opening.dialled) { uri.isSecure } else { false }
    return registrar.forks(for: subscriber.address, at: now.wall).map { group in
      group.compactMap {
        configuration.target($0, of: subscriber.address, isSecure: isSecure)
      }
    }.filter { !$0.isEmpty }
  }

  private func hasCallsEnough(_ subscriber: Subscriber) -> Bool {
    guard let most = subscriber.settings.maximumCalls else { return false }
    return usage.calls(of: subscriber.address.description) >= most
  }

  // Groups. A member's own forwarding is not followed: its voice mail, or the colleague who
  // stands in for it, would take the call from all the others.

  private func verdict(
    on group: RingGroup, _ call: Call, _ inquiry: RouteInquiry?
  ) -> Verdict {
    let tried = Set(call.legs.dropFirst().map(\.party))
    let members = directory.members(of: group).filter { member in
      let party = member.address.description
      // Nobody is called by their own call.
      return party != call.opening.subscriber && !tried.contains(party)
    }
    let free = members.filter { !isPassedOver($0, in: group) }
    let forks = free.map { phones(of: $0, for: call) }.filter { !$0.isEmpty }
    if let first = forks.first {
      switch group.strategy {
      case .serial: return .take(.targets(first, limit: group.ringTimeout))
      // Asked a second time, all have rung; who came free meanwhile had the chance.
      case .parallel where inquiry == nil || !hasRung(group, call):
        return .take(.targets(together(forks, call), limit: group.ringTimeout))
      case .parallel: break
      }
    }
    if let then = group.then {
      let untried: DiversionReason = free.isEmpty && !members.isEmpty ? .busy : .unregistered
      return .forward(to: then, inquiry?.reason ?? untried)
    }
    return free.isEmpty && !members.isEmpty
      ? .give(status: 486, reason: nil) : .give(status: 480, reason: nil)
  }

  private func hasRung(_ group: RingGroup, _ call: Call) -> Bool {
    let tried = Set(call.legs.dropFirst().map(\.party))
    return directory.members(of: group).contains { tried.contains($0.address.description) }
  }

  private func isPassedOver(_ member: Subscriber, in group: RingGroup) -> Bool {
    member.settings.doNotDisturb || hasCallsEnough(member)
      || group.skipsBusy && usage.calls(of: member.address.description) > 0
  }

  /// The members' most preferred phones first, then those of each next preference; as many as
  /// the call may still try.
  private func together(_ forks: [[[CallTarget]]], _ call: Call) -> [[CallTarget]] {
    var room = max(0, configuration.calls.maximumLegs - call.legs.count)
    let levels = forks.map(\.count).max() ?? 0
    return (0..<levels).compactMap { level in
      let targets = forks.filter { level < $0.count }.flatMap { $0[level] }.prefix(room)
      room -= targets.count
      return targets.isEmpty ? nil : Array(targets)
    }
  }
}
