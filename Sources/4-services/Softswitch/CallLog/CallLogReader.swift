import CallControl
import Journaling
import Machines

/// A call as the log gives it back.
package struct RecoveredCall: Sendable {
  package let call: Call
  /// Where its records begin.
  package let first: SegmentNumber
  /// When one of its parties was last heard.
  package let lastHeard: WallTime
  /// A part of its records could not be read.
  var isDamaged = false
}

/// What a log holds when a process starts.
package struct CallLogContents {
  package var calls: [RecoveredCall] = []
  /// The last moment that the log knows of.
  package var lastMoment: Now?
  /// Records that could not be read: (call, what was wrong).
  package var faults: [(CallID, LogFault)] = []
  /// The last process was taking no new calls.
  package var isDraining = false
  package let damage: JournalDamage

  /// Reads what calls there are. Those that are over cost no more than to be passed by.
  package static func read(_ disk: any JournalDisk) throws(JournalFault) -> CallLogContents {
    var open: [CallID: Pages] = [:]
    var lastMoment: Now?
    var isDraining = false
    let damage = try JournalReader.recover(disk) { record in
      let call = record.key.call
      switch record.key.recordKind {
      case .step: open[call, default: Pages(first: record.segment)].add(record)
      case .snapshot:
        open[call] = Pages(first: record.segment)
        open[call]?.add(record)
      case .closed: open[call] = nil
      case .started, .alive, .stopped:
        guard let mark = try? ProcessMark(record.payload) else { break }
        lastMoment = mark.now
        // Starting says nothing about it: whoever was drained and died is still to be drained.
        if record.key.recordKind != .started { isDraining = mark.text == ProcessMark.draining }
      case nil: break  // The journal's own, or a later program's.
      }
    }
    var contents = CallLogContents(
      lastMoment: lastMoment, isDraining: isDraining, damage: damage)
    contents.fold(open)
    return contents
  }

  private mutating func fold(_ open: [CallID: Pages]) {
    for (id, pages) in open {
      var fold = CallFold(first: pages.first)
      var isDamaged = false
      do throws(LogFault) {
        try pages.read(into: &fold)
      } catch {
        // What is readable of it goes on.
        faults.append((id, error))
        isDamaged = true
      }
      guard var call = fold.recovered else { continue }
      call.isDamaged = isDamaged
      calls.append(call)
      if lastMoment.map({ $0.steady < fold.lastStep.steady }) ?? true {
        lastMoment = fold.lastStep
      }
    }
    // A dictionary has no order; what is done with the calls shall be the same each time.
    calls.sort { $0.call.id.order < $1.call.id.order }
  }
}

/// What the log has of one call, not looked at yet.
private struct Pages {
  let first: SegmentNumber
  private var steps: [JournalRecord] = []

  init(first: SegmentNumber) {
    self.first = first
  }

  mutating func add(_ step: JournalRecord) {
    steps.append(step)
  }

  func read(into fold: inout CallFold) throws(LogFault) {
    for step in steps {
      try fold.take(CallLogStep.decode(step.payload, version: step.version))
    }
  }
}

extension CallID {
  var order: (UInt16, UInt64) { (shard.number, number) }
}
