import Machines

extension Call {
  /// The call's record, once it has been released, and where the call was forked one for each
  /// phone that was tried. A reading of the call's events, under ids that are the call's own, so
  /// that making them twice gives the same records.
  func makeRecords(node: String) -> [CallRecord] {
    guard let release else { return [] }
    let tried = legs.dropFirst().filter { $0.wasTried && $0.referrer == nil }
    let forks = tried.count > 1 ? tried.map { record(of: $0, release, node) } : []
    let transfers = legs.filter { $0.referrer != nil && !$0.isStray }
    return [record(of: release, node)] + forks
      + transfers.map { record(ofTransferTo: $0, release, node) }
  }

  private func record(of release: CallRelease, _ node: String) -> CallRecord {
    let answeredBy: String? =
      switch answerer {
      case .leg(let leg)?: self[leg].party
      case .echo?: "echo"
      case .service(let name)?: name
      case nil: nil
      }
    return CallRecord(
      id: "\(id)", callID: opening.caller.dialog.callID, kind: "call", node: node,
      callerUser: opening.subscriber, callerURI: opening.caller.dialog.remoteAddress,
      calleeURI: opening.dialled, calleeUser: answeredBy, setup: opening.time.nanoseconds,
      ring: rangAt?.nanoseconds, answer: answeredAt?.wall.nanoseconds,
      end: release.time.wall.nanoseconds,
      // By the steady clock: a step of the wall clock must not be billed.
      duration: answeredAt.map {
        max(0, (release.time.steady - $0.steady).wholeNanoseconds / 1_000_000)
      } ?? 0,
      billable: answeredAt != nil, cause: release.status, causeText: release.reason,
      releasedBy: release.by, codec: codec, fromCaller: media(\.fromCaller),
      fromCallee: media(\.fromCallee), note: note(of: release))
  }

  private func note(of release: CallRelease) -> String? {
    let notes = [diversionNote, transferNote, release.note].compactMap { $0 }
    return notes.isEmpty ? nil : notes.joined(separator: "; ")
  }

  /// Who had whom called in their own place, where that one came.
  private var transferNote: String? {
    if joinings.isEmpty { return nil }
    return joinings.map {
      "transferred by \(self[$0.referrer].party) to \(self[$0.newcomer].party)"
    }.joined(separator: "; ")
  }

  /// A phone that was to take somebody's place.
  private func record(
    ofTransferTo phone: Leg, _ release: CallRelease, _ node: String
  ) -> CallRecord {
    let joined = joinings.first { $0.newcomer == phone.id }
    let left = joinings.first { joining in
      joining.referrer == phone.id
    }
    let end = phone.outcome?.time ?? left?.time ?? release.time
    let duration = joined.map { max(0, (end.steady - $0.time.steady).wholeNanoseconds) } ?? 0
    let staying = joined.map { $0.first == phone.id ? $0.second : $0.first }
    return CallRecord(
      id: "\(id)-\(phone.id.index)", callID: phone.dialog.callID, parent: "\(id)",
      kind: "transfer", node: node, callerUser: staying.map { self[$0].party },
      callerURI: phone.dialog.localAddress, calleeURI: phone.dialog.remoteTarget,
      calleeUser: phone.party, setup: phone.openedAt.nanoseconds, ring: phone.rangAt?.nanoseconds,
      answer: joined?.time.wall.nanoseconds, end: end.wall.nanoseconds,
      duration: duration / 1_000_000, cause: phone.outcome?.status ?? release.status,
      causeText: phone.outcome?.reason ?? release.reason, releasedBy: release.by)
  }

  private func record(of phone: Leg, _ release: CallRelease, _ node: String) -> CallRecord {
    let isAnswerer = answerer == .leg(phone.id)
    let end = phone.outcome?.time ?? release.time
    let duration = isAnswerer ? answeredAt.map { release.time.steady - $0.steady } : nil
    return CallRecord(
      id: "\(id)-\(phone.id.index)", callID: phone.dialog.callID, parent: "\(id)", kind: "fork",
      node: node, callerUser: opening.subscriber, callerURI: opening.caller.dialog.remoteAddress,
      calleeURI: phone.dialog.remoteTarget, calleeUser: phone.party,
      setup: phone.openedAt.nanoseconds, ring: phone.rangAt?.nanoseconds,
      answer: isAnswerer ? answeredAt?.wall.nanoseconds : nil, end: end.wall.nanoseconds,
      duration: (duration?.wholeNanoseconds ?? 0) / 1_000_000,
      cause: phone.outcome?.status ?? release.status,
      causeText: phone.outcome?.reason ?? release.reason, releasedBy: release.by)
  }

  /// All streams of the call together; of the jitters the worst.
  private func media(_ direction: KeyPath<MediaReport, MediaQuality>) -> MediaQuality {
    reports.reduce(into: MediaQuality()) { total, report in
      let one = report[keyPath: direction]
      total.packets += one.packets
      total.octets += one.octets
      total.lost += one.lost
      total.jitter = max(total.jitter, one.jitter)
    }
  }
}

extension Leg {
  /// A phone that the switch called, and not a stray answer behind a forking proxy.
  fileprivate var wasTried: Bool { role == .callee && !isStray }
}
