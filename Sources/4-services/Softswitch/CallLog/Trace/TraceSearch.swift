import CallControl
import Journaling
import Machines

/// Finds the call that a text names, and reads its trace.
///
/// A text is a call's own id, the beginning of one, or the SIP Call-ID of any of its legs. Reading
/// goes beside the process that writes, if there is one.
package enum TraceSearch {
  package enum Finding: Equatable, Sendable {
    case unknown
    case found(CallTrace)
    /// The oldest first, at most `maximumCandidates` of the `count` that there are.
    case several([Candidate], count: Int)
  }

  package struct Candidate: Equatable, Sendable {
    package let id: CallID
    package let began: WallTime
    package let caller: String
    package let dialled: String
  }

  /// A shorter beginning names too many.
  package static let shortestPrefix = 6
  package static let maximumCandidates = 20

  package static func find(
    _ text: String, in disk: any JournalDisk
  ) throws(JournalFault) -> Finding {
    let calls = try calls(named: text, in: disk)
    guard let call = calls.first else { return .unknown }
    guard calls.count == 1 else {
      let shown = Array(calls.prefix(maximumCandidates))
      return .several(try candidates(shown, in: disk), count: calls.count)
    }
    return try trace(call, in: disk).map { .found($0) } ?? .unknown
  }

  /// Nil if the log holds nothing of the call that can be read.
  package static func trace(
    _ call: CallID, in disk: any JournalDisk
  ) throws(JournalFault) -> CallTrace? {
    var fold = TraceFold(call)
    _ = try JournalReader.scanAll(disk, where: { $0.isAbout(call) || $0.isAboutProcess }) {
      fold.take($0)
    }
    return fold.finish()
  }

  private static func candidates(
    _ calls: [CallID], in disk: any JournalDisk
  ) throws(JournalFault) -> [Candidate] {
    var openings: [CallID: CallOpening] = [:]
    let wanted = Set(calls)
    _ = try JournalReader.scanAll(
      disk, where: { $0.isOfCall && wanted.contains($0.call) }
    ) { record in
      guard openings[record.key.call] == nil else { return }
      openings[record.key.call] = record.opening
    }
    return calls.compactMap { call in
      openings[call].map {
        Candidate(id: call, began: $0.time, caller: $0.caller.party, dialled: $0.dialled)
      }
    }
  }

  // MARK: Names

  /// Calls with records, in the order of their first.
  private static func calls(
    named text: String, in disk: any JournalDisk
  ) throws(JournalFault) -> [CallID] {
    // The record of a forked call's phone is named by the call and the phone's number.
    let name = text.lowercased().prefix { $0 != "-" }
    if let id = LegToken(text)?.call ?? CallID(String(name)),
      try !matching(in: disk, { $0 == id }).isEmpty
    {
      return [id]
    }
    if text.utf8.count >= shortestPrefix, text.utf8.count < 15 {
      let prefix = text.lowercased()
      let found = try matching(in: disk) { "\($0)".hasPrefix(prefix) }
      if !found.isEmpty { return found }
    }
    return try calls(withCallID: text, in: disk)
  }

  private static func matching(
    in disk: any JournalDisk, _ isNamed: (CallID) -> Bool
  ) throws(JournalFault) -> [CallID] {
    var seen: Set<CallID> = []
    var found: [CallID] = []
    _ = try JournalReader.scanAll(disk, where: \.isOfCall) { record in
      guard seen.insert(record.key.call).inserted, isNamed(record.key.call) else { return }
      found.append(record.key.call)
    }
    return found
  }

  /// The caller's Call-ID decides the call's shard, and stands in the opening, which is the first
  /// event of the first record.
  private static func calls(
    withCallID text: String, in disk: any JournalDisk
  ) throws(JournalFault) -> [CallID] {
    let shard = Shard(hashing: text)
    var seen: Set<CallID> = []
    var found: [CallID] = []
    _ = try JournalReader.scanAll(disk, where: { $0.isOfCall && $0.call.shard == shard }) {
      let call = $0.key.call
      guard !seen.contains(call), let opening = $0.opening else { return }
      seen.insert(call)
      if opening.caller.dialog.callID == text { found.append(call) }
    }
    return found
  }
}

extension RecordKey {
  fileprivate var isOfCall: Bool { recordKind == .step || recordKind == .snapshot }
  fileprivate func isAbout(_ call: CallID) -> Bool { isOfCall && self.call == call }

  fileprivate var isAboutProcess: Bool {
    recordKind == .started || recordKind == .alive || recordKind == .stopped
  }
}

extension JournalRecord {
  /// How the call began, if the record says it.
  fileprivate var opening: CallOpening? {
    guard let step = try? CallLogStep.decode(payload, version: version),
      case .opened(let opening)? = step.events.first
    else { return nil }
    return opening
  }
}
