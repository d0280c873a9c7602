import CallControl
import Journaling
import Machines

/// A call on its way back from its records, in their order.
package struct CallFold {
  package private(set) var call: Call?
  package private(set) var lastStep = Now(
    steady: Instant(nanoseconds: 0), wall: WallTime(nanoseconds: 0))
  private var lastHeard: WallTime?
  private let first: SegmentNumber

  package init(first: SegmentNumber) {
    self.first = first
  }

  /// A snapshot is a step too: it opens the call anew.
  package mutating func take(_ step: CallLogStep) throws(LogFault) {
    if case .opened? = step.events.first {
      call = try Call(replaying: step.events)
    } else {
      for event in step.events { try call?.replay(event) }
    }
    lastStep = step.now
    if step.cause.isFromParty { lastHeard = step.now.wall }
  }

  var recovered: RecoveredCall? {
    guard let call else { return nil }
    let signs = [lastHeard, call.lastSeen, call.answeredAt?.wall].compactMap { $0 }
    return RecoveredCall(call: call, first: first, lastHeard: signs.max() ?? call.opening.time)
  }
}

extension CallCause {
  /// A party said something.
  fileprivate var isFromParty: Bool {
    switch self {
    case .request, .response: true
    default: false
    }
  }
}
