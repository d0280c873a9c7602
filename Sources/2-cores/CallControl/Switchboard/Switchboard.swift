import HeapModule
import Machines
import SIP

/// The calls of one event loop: which call a message belongs to, and whose time has come.
///
/// Confined to its owner. Names of ours carry the call and the leg, so only first INVITEs, which
/// carry none, need an index.
package final class Switchboard {
  /// What one input did to one call: to be recorded, then carried out.
  package struct Step {
    package let call: CallID
    /// The call as the step has left it.
    package let box: CallBox
    package let now: Now
    package let cause: CallCause
    package let events: [CallEvent]
    package let actions: [CallAction]
    /// The call has ended for its parties.
    package let isRelease: Bool
    /// Nothing more will happen: the call has been forgotten.
    package let isLast: Bool
  }

  package let context: CallContext
  package private(set) var maximumCalls: Int
  private var calls: [CallID: CallBox] = [:]
  private var openings: [OpeningKey: CallID] = [:]
  private var deadlines = Heap<Deadline>()

  package init(context: CallContext, maximumCalls: Int) {
    self.context = context
    self.maximumCalls = maximumCalls
  }

  /// From the next step on. Calls beyond a lower limit go on.
  package func reconfigure(environment: CallEnvironment, maximumCalls: Int) {
    context.replaceEnvironment(environment)
    self.maximumCalls = maximumCalls
  }

  /// Calls that are in progress.
  package private(set) var count = 0
  /// Calls in progress, and those that are over and only absorb what still comes for them.
  package var heldCount: Int { calls.count }
  /// Entries among the deadlines: one for each call that waits for something, and those that have
  /// been overtaken by an earlier one.
  package var deadlineCount: Int { deadlines.count }

  package subscript(id: CallID) -> Call? { calls[id]?.call }

  /// The call where it is kept: to look at without copying it.
  package func box(_ id: CallID) -> CallBox? { calls[id] }

  /// Of all calls that are held: to look at them a few at a time.
  package var ids: [CallID] { Array(calls.keys) }

  package var all: some Sequence<Call> { calls.values.lazy.map(\.call) }
}

// MARK: Messages

extension Switchboard {
  package enum Match: Equatable {
    case leg(CallID, LegID)
    /// No call knows it: an INVITE may open one.
    case unknown
    /// The same request came by another way: RFC 3261 §8.2.2.2.
    case merged
    /// Our own call has come back to us.
    case loop
  }

  /// Finds the call and leg that a request belongs to.
  package func match(_ request: SIPMessage) -> Match {
    if let toTag = request.toTag { return matchDialog(request, toTag) }
    guard let key = OpeningKey(request), let id = openings[key], let box = calls[id] else {
      return isOwn(request) ? .loop : .unknown
    }
    guard request.method == .invite else { return .leg(id, .caller) }
    let branch = request.topVia?.branch ?? ""
    let isSame = box.call.caller.receivedInvites.contains { $0.branch == branch }
    return isSame ? .leg(id, .caller) : .merged
  }

  /// Finds the call and leg whose request a response answers, by our branch (§17.1.3).
  package func match(response: SIPMessage) -> (CallID, LegID)? {
    guard let branch = response.topVia?.branch, let token = LegToken(branch),
      let box = calls[token.call], box.call.has(token.leg),
      box.call[token.leg].dialog.callID == response.callID
    else { return nil }
    return (token.call, token.leg)
  }

  private func matchDialog(_ request: SIPMessage, _ toTag: String) -> Match {
    guard let token = LegToken(toTag), let box = calls[token.call],
      box.call.has(token.leg), box.call[token.leg].isIn(request.callID, under: toTag)
    else { return .unknown }
    // A client of RFC 2543 may have no tag, which is then the empty one (§12.2.2).
    let fromTag = request.fromTag ?? ""
    guard box.call[token.leg].dialog.remoteTag == fromTag else {
      // Legs that share our Call-ID and tag, behind a forking proxy, differ in the peer's tag.
      let sibling = box.call.legs.first {
        $0.dialog.callID == request.callID && $0.dialog.remoteTag == fromTag
      }
      return sibling.map { .leg(token.call, $0.id) } ?? .unknown
    }
    return .leg(token.call, token.leg)
  }

  private func isOwn(_ request: SIPMessage) -> Bool {
    guard let callID = request.callID, let token = LegToken(callID) else { return false }
    return calls[token.call] != nil
  }
}

// MARK: Steps

extension Switchboard {
  /// Opens a call for an INVITE that `match` did not know.
  ///
  /// - Returns: nil if the INVITE lacks what a dialog needs.
  package func open(
    _ invite: SIPMessage, identity: CallerIdentity, source: Flow, now: Now
  ) -> Step? {
    guard let callID = invite.callID, let key = OpeningKey(invite) else { return nil }
    let id = CallID(shard: Shard(hashing: callID), number: context.random.next())
    guard
      let opening = CallOpening(
        invite, id: id, identity: identity, source: source, context: context, now: now)
    else { return nil }
    let box = CallBox(Call(opening: opening))
    calls[id] = box
    openings[key] = id
    count += 1
    var step = CallStep(box, context: context, now: now)
    step.begin(with: invite, respondingTo: source.responding(to: invite))
    return conclude(step, box, .request(leg: .caller, method: .invite, cSeq: key.cSeq))
  }

  package func take(_ input: CallInput, for id: CallID, now: Now) -> Step? {
    guard let box = calls[id] else { return nil }
    var step = CallStep(box, context: context, now: now)
    step.take(input)
    return conclude(step, box, CallCause(input))
  }

  private func conclude(_ step: CallStep, _ box: CallBox, _ cause: CallCause) -> Step {
    let id = box.call.id
    let isRelease = step.events.contains(where: \.isRelease)
    if isRelease { count -= 1 }
    // Nil: over.
    let outlook = box.call.outlook
    let isLast = outlook == nil
    if let outlook {
      schedule(box, id, outlook.nextDeadline, step.now.steady)
    } else {
      forget(box.call)
    }
    return Step(
      call: id, box: box, now: step.now, cause: cause, events: step.events, actions: step.actions,
      isRelease: isRelease, isLast: isLast)
  }

  /// Holds a call that was read back from its log. It does nothing before `.recovered`.
  package func restore(_ call: Call, now: Instant) {
    let box = CallBox(call)
    calls[call.id] = box
    openings[OpeningKey(call.opening)] = call.id
    if call.release == nil { count += 1 }
    schedule(box, call.id, call.nextDeadline, now)
  }

  private func forget(_ call: Call) {
    calls[call.id] = nil
    openings[OpeningKey(call.opening)] = nil
  }
}

// MARK: Time

extension Switchboard {
  /// When `nextDue` should be asked again.
  package var nextDeadline: Instant? { deadlines.min?.time }

  /// A call whose time has come; nil when none is left for now.
  package func nextDue(_ now: Instant) -> CallID? {
    while let first = deadlines.min, first.time <= now {
      deadlines.removeMin()
      guard let box = calls[first.call], box.scheduled == first.time else {
        continue  // Superseded, or the call is over.
      }
      box.scheduled = nil
      let deadline = box.call.nextDeadline
      if let deadline, deadline <= now { return first.call }
      schedule(box, first.call, deadline, now)
    }
    return nil
  }

  /// A call stands in the heap for its earliest deadline so far. One that moves later is left
  /// where it is and put right when it comes up. A far deadline is looked at each minute, so that
  /// a call that ends meanwhile leaves nothing behind for long.
  private func schedule(_ box: CallBox, _ call: CallID, _ deadline: Instant?, _ now: Instant) {
    guard let deadline = deadline.map({ min($0, now + horizon) }) else { return }
    if let standing = box.scheduled, standing <= deadline { return }
    box.scheduled = deadline
    deadlines.insert(Deadline(time: deadline, call: call))
  }

  private var horizon: Duration { .seconds(60) }

  private struct Deadline: Comparable {
    let time: Instant
    let call: CallID

    static func < (left: Deadline, right: Deadline) -> Bool { left.time < right.time }
  }
}

/// What an INVITE, its retransmissions, its CANCEL and the ACK of its rejection have in common,
/// whether or not their branch is one of RFC 3261's (§8.2.2.2, §17.2.3).
struct OpeningKey: Hashable {
  let callID: String
  let fromTag: String
  let cSeq: UInt32

  init?(_ request: SIPMessage) {
    guard let callID = request.callID, let cSeq = request.cSeq else { return nil }
    self.callID = callID
    self.fromTag = request.fromTag ?? ""
    self.cSeq = cSeq.number
  }

  init(_ opening: CallOpening) {
    callID = opening.caller.dialog.callID
    fromTag = opening.caller.dialog.remoteTag
    cSeq = opening.caller.dialog.remoteCSeq ?? 0
  }
}

extension Leg {
  /// Whether a request with this Call-ID and To tag is of the leg's dialog, or of one of its early
  /// ones.
  fileprivate func isIn(_ callID: String?, under tag: String) -> Bool {
    dialog.callID == callID && (dialog.localTag == tag || earlyTags.values.contains(tag))
  }
}

extension CallEvent {
  fileprivate var isRelease: Bool {
    if case .released = self { true } else { false }
  }
}
