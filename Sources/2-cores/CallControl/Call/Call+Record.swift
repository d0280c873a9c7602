import Machines

extension Call {
  /// The call's record, once it has been released: a reading of its events, under an id that is
  /// the call's own, so that making it twice gives the same record.
  func makeRecord(node: String) -> CallRecord? {
    guard let release else { return nil }
    let answeredBy: String? =
      switch answerer {
      case .leg(let leg)?: self[leg].party
      case .echo?: "echo"
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
        (release.time.steady - $0.steady).wholeNanoseconds / 1_000_000
      } ?? 0,
      billable: answeredAt != nil, cause: release.status, causeText: release.reason,
      releasedBy: release.by, codec: codec, fromCaller: media(\.fromCaller),
      fromCallee: media(\.fromCallee), note: release.note)
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
