import CallControl
import Machines
import SIP

/// The most dialogs that one document shows.
private let maximumDialogs = 32

// The state that there is to tell.
extension Exchange {
  func content(
    for subscription: Subscription, since last: StateContent?, now: Now
  ) -> StateContent {
    let resource = subscription.resource
    switch subscription.event {
    case .presence:
      return .presence(
        PresenceState(
          published: publications.presence(of: resource),
          isRegistered: !registrar.bindings(for: resource, at: now.wall).isEmpty,
          isOnThePhone: dialogs(of: resource).contains { $0.state == .confirmed },
          address: resource.uri.text))
    case .dialog:
      return .dialogs(dialogs(of: resource).withEnded(since: last?.dialogs ?? []))
    case .registration:
      return .registration(
        RegistrationState(registrar.bindings(for: resource, at: now.wall), at: now.wall))
    }
  }

  private func dialogs(of resource: AddressOfRecord) -> [DialogSummary] {
    let party = resource.description
    guard let watched = notifier.watchedCalls[party] else { return [] }
    var dialogs: [DialogSummary] = []
    for call in watched.calls.sorted(by: { $0.number < $1.number }) {
      guard let box = switchboard.box(call), box.call.release == nil else { continue }
      for leg in box.call.legs where leg.party == party {
        if let dialog = DialogSummary(leg, of: box.call) { dialogs.append(dialog) }
      }
      if dialogs.count >= maximumDialogs { break }
    }
    return dialogs
  }
}

extension StateContent {
  var dialogs: [DialogSummary]? {
    if case .dialogs(let dialogs) = self { dialogs } else { nil }
  }

  /// Dialogs that were shown as over are not news by being gone.
  func hasNews(since last: StateContent?) -> Bool {
    if let dialogs, let shown = last?.dialogs { return dialogs != shown.filter { !$0.isOver } }
    return self != last
  }
}

extension DialogSummary {
  /// Nil: the phone is out of the call.
  fileprivate init?(_ leg: Leg, of call: Call) {
    let state: State
    switch (leg.role, leg.stage) {
    case (_, .ended), (_, .hangingUp), (_, .cancelling): return nil
    case (.callee, .inviting): state = .trying
    case (.callee, .ringing): state = .early
    case (.callee, .answered), (.callee, .confirmed): state = .confirmed
    case (.caller, _):
      state = call.answeredAt != nil ? .confirmed : call.rangAt != nil ? .early : .trying
    }
    let peer = leg.role == .callee ? NameAddress(call.caller.dialog.remoteAddress) : nil
    self.init(
      id: "\(call.id)-\(leg.id.index)", state: state,
      direction: leg.role == .caller ? .initiator : .recipient,
      remoteURI: peer?.uri.text ?? call.opening.dialled, remoteName: peer?.displayName)
  }
}
