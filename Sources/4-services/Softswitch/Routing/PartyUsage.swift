import CallControl

/// How many calls each party has: a reading of the calls themselves, kept up as they change, so
/// that it is right after a restart too.
struct PartyUsage {
  private var parties: [CallID: [String]] = [:]
  private var counts: [String: Int] = [:]

  /// Calls that the party makes or gets; one that rings at several of its phones is one.
  func calls(of party: String) -> Int { counts[party] ?? 0 }

  mutating func note(_ step: Switchboard.Step) {
    if step.events.contains(where: \.changesParties) { note(step.box.call) }
  }

  mutating func note(_ call: Call) {
    let current = call.activeParties
    let former = parties[call.id] ?? []
    guard current != former else { return }
    for party in former {
      let count = (counts[party] ?? 0) - 1
      counts[party] = count > 0 ? count : nil
    }
    for party in current { counts[party, default: 0] += 1 }
    parties[call.id] = current.isEmpty ? nil : current
  }
}

extension CallEvent {
  fileprivate var changesParties: Bool {
    switch self {
    case .opened, .legOpened, .released: true
    case .leg(_, .staged(let stage)): !stage.isActive
    default: false
    }
  }
}

extension Call {
  /// Who is in the call, or is being called.
  fileprivate var activeParties: [String] {
    if release != nil { return [] }
    var parties: [String] = []
    for leg in legIDs where self[leg].isActive && !parties.contains(self[leg].party) {
      parties.append(self[leg].party)
    }
    return parties
  }
}

extension Leg {
  fileprivate var isActive: Bool { stage.isActive && !isStray }
}

extension Leg.Stage {
  fileprivate var isActive: Bool {
    switch self {
    case .inviting, .ringing, .answered, .confirmed: true
    case .cancelling, .hangingUp, .ended: false
    }
  }
}
