import CallControl
import Journaling
import Machines

/// The calls' log as the exchange keeps it: which records a call still needs, and since when.
///
/// Confined to the exchange's thread. What goes in is told to nobody before `isOnRecord` says so.
package final class CallLog {
  package let journal: Journal
  /// Of the calls that the log would have to give back.
  private var needs: [CallID: Need] = [:]
  /// Those of them that are in progress. The others linger for a minute at most.
  private var live: Set<CallID> = []
  /// Those that the switchboard has forgotten, and whose records the database has not taken yet.
  private var remaining: Set<CallID> = []
  /// Calls whose beginning lies far back, to be written down whole.
  private var overdue: [CallID] = []

  private struct Need {
    /// Where the call's records begin.
    var first: SegmentNumber
    var awaitsRecords = false
    /// The switchboard has forgotten the call.
    var isOver = false
    /// The call as it was last, while only its records keep it here.
    var remains: CallBox?
  }

  package init(_ journal: Journal) {
    self.journal = journal
  }

  /// The number of the last record so far.
  var position: UInt64 { journal.appended }

  /// Whether all up to this record is as durable as promised, or cannot be made so.
  func isOnRecord(_ position: UInt64) -> Bool { journal.isOpen(upTo: position) }

  /// Calls that begin now would not outlive a crash.
  package var isFailing: Bool { journal.health != .healthy }
}

// MARK: Writing

extension CallLog {
  func write(_ step: Switchboard.Step) {
    // The end of what only absorbed is said by the record that closes the call.
    if !step.events.isEmpty, !(step.isLast && step.actions.isEmpty && needs[step.call] != nil) {
      let segment = journal.append(RecordKey(.step, step.call)) { bytes in
        CallLogStep.encode(now: step.now, cause: step.cause, events: step.events, into: &bytes)
      }
      if needs[step.call] == nil {
        needs[step.call] = Need(first: segment)
        live.insert(step.call)
        journal.retain(segment)
      }
    }
    if step.isRelease { live.remove(step.call) }
    if step.actions.contains(where: \.isRecord) { needs[step.call]?.awaitsRecords = true }
    if step.isLast {
      needs[step.call]?.isOver = true
      if needs[step.call]?.awaitsRecords == true {
        needs[step.call]?.remains = step.box
        remaining.insert(step.call)
      }
      closeIfDone(step.call)
    }
  }

  /// The call's records are in the database.
  func recordsSaved(of call: CallID) {
    needs[call]?.awaitsRecords = false
    closeIfDone(call)
  }

  private func closeIfDone(_ call: CallID) {
    guard let need = needs[call], need.isOver, !need.awaitsRecords else { return }
    needs[call] = nil
    remaining.remove(call)
    journal.append(RecordKey(.closed, call)) { _ in }
    journal.release(need.first)
  }

  func writeAlive(_ now: Now, isDraining: Bool) {
    journal.append(RecordKey(.alive)) {
      ProcessMark(now: now, text: isDraining ? ProcessMark.draining : "").encode(into: &$0)
    }
  }

  package func writeStarted(_ now: Now, node: String, version: String) {
    journal.append(RecordKey(.started)) {
      ProcessMark(now: now, text: "\(node) \(version)").encode(into: &$0)
    }
  }

  package func writeStopped(_ now: Now, reason: String) {
    journal.append(RecordKey(.stopped)) { ProcessMark(now: now, text: reason).encode(into: &$0) }
  }

  /// One write for all that this tick has put in. After a failure of the disk that is over, all
  /// calls are written down anew, because the log has a gap.
  func commit(_ now: Now, _ switchboard: Switchboard) {
    if journal.health == .mustRebase {
      rebase(now, switchboard)
    } else {
      journal.commit(now: now.steady)
    }
    writeOverdue(now, switchboard)
  }
}

// MARK: Snapshots

extension CallLog {
  /// Segments that a call's records may reach back before the call is written down whole.
  private static let reach: UInt64 = 4
  /// Calls written down whole in one tick.
  private static let snapshotsPerTick = 16

  /// Called now and then: looks for calls that keep old segments from being dropped.
  func inspect(_ now: Now, _ switchboard: Switchboard) {
    journal.prune(now: now.steady)
    let current = journal.current.value
    guard overdue.isEmpty, current > Self.reach + journal.oldestRetained.value else { return }
    let limit = SegmentNumber(value: current - Self.reach)
    overdue = live.union(remaining).filter { needs[$0].map { $0.first < limit } ?? false }
      // A set has no order; what is written shall be the same each time.
      .sorted { $0.order > $1.order }
  }

  private func writeOverdue(_ now: Now, _ switchboard: Switchboard) {
    for _ in 0..<Self.snapshotsPerTick {
      guard let id = overdue.popLast() else { return }
      guard let need = needs[id], let call = need.remains?.call ?? switchboard[id],
        call.release == nil || need.remains != nil
      else { continue }
      writeWhole(call, now)
    }
  }

  /// Writes the call down as it is: what came before is not needed any more.
  func writeWhole(_ call: Call, _ now: Now) {
    guard let need = needs[call.id] else { return }
    let segment = journal.append(RecordKey(.snapshot, call.id)) {
      call.encodeSnapshot(at: now, into: &$0)
    }
    journal.retain(segment)
    journal.release(need.first)
    needs[call.id]?.first = segment
  }

  private func rebase(_ now: Now, _ switchboard: Switchboard) {
    overdue = []
    journal.rebase(now: now.steady) { _ in
      let remains = needs.values.compactMap(\.remains?.call)
      for call in (Array(switchboard.all) + remains).sorted(by: { $0.id.order < $1.id.order }) {
        writeWhole(call, now)
      }
    }
  }
}

// MARK: Recovery

extension CallLog {
  /// The log has given this call back.
  func restore(_ call: RecoveredCall) {
    needs[call.call.id] = Need(first: call.first, awaitsRecords: call.call.isRecorded)
    if call.call.release == nil { live.insert(call.call.id) }
    journal.retain(call.first)
  }
}

extension CallAction {
  fileprivate var isRecord: Bool {
    if case .record = self { true } else { false }
  }
}
