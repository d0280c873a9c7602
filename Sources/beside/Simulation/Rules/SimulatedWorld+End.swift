import CallControl
import Machines

// Liveness: what is quiet is over, everywhere, and on record once.
extension SimulatedWorld {
  func checkEnd() {
    checkPhones()
    checkNode()
    for phone in phones {
      for call in phone.calls where call.isCaller && !call.session.isDoubtful { checkRecord(call) }
    }
  }

  private func checkPhones() {
    for phone in phones where !phone.isGone {
      for call in phone.calls where !call.isOver && !call.session.isDoubtful {
        // A BYE is repeated for 32 s at most; the node may have been away for as long.
        if node.absence(since: call.began) > .seconds(20) { continue }
        violate(.phoneLeft, "\(call.callID) of \(phone.endpoint) is \(call.stage)")
      }
    }
  }

  private func checkNode() {
    guard let process = node.process else { return }
    for call in process.exchange.calls {
      violate(.callLeft, "\(call.id) \(call.stage), legs \(call.legs.map(\.stage))")
    }
    if !process.media.lent.isEmpty { violate(.portLeft, "\(process.media.lent.sorted())") }
    if process.media.openStreams > 0 { violate(.streamLeft, "\(process.media.openStreams)") }
    if process.exchange.isHolding { violate(.actionLeft, "") }
    let journal = process.exchange.log.journal
    if journal.oldestRetained != journal.current {
      violate(.segmentLeft, "\(journal.oldestRetained), now \(journal.current)")
    }
  }

  private func checkRecord(_ call: PhoneCall) {
    let session = call.session
    guard let record = node.database.main(of: call.callID) else {
      if session.isOpened { violate(.recordMissing, call.callID) }
      return
    }
    let times = [record.setup, record.answer ?? record.setup, record.end]
    let lasted = record.answer.map { (record.end - $0) / 1_000_000 } ?? 0
    if times != times.sorted() || record.duration != lasted
      || (session.isAnswered && !record.billable) || record.end > time.nanoseconds
    {
      violate(.recordTimes, "\(record)")
    }
    let children = node.database.children(of: record)
    let expected = session.legs.count > 1 ? session.legs.count : 0
    if children.count != expected {
      violate(.forkRecords, "\(children.map(\.id)) for legs \(session.legs.sorted())")
    }
  }
}
