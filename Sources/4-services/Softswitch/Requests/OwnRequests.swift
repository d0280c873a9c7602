import Machines
import SIP

/// For what the exchange has sent a request of its own.
enum RequestPurpose: Hashable {
  case notification(subscription: String)
  case message(delivery: UInt64, contact: String)
}

/// The client transactions of requests that the exchange sends outside of calls: NOTIFY, MESSAGE.
/// By branch.
struct OwnRequests {
  private struct Entry {
    var transaction: NonInviteClientTransaction
    let purpose: RequestPurpose
    let callID: String
    let flow: Flow
  }

  enum Outcome: Equatable {
    case nothing
    case send([UInt8], branch: String, Flow)
    /// Nil: nobody answered.
    case answered(RequestPurpose, status: Int?)
  }

  private var entries: [String: Entry] = [:]

  var count: Int { entries.count }

  /// The request has left.
  mutating func begin(
    _ bytes: [UInt8], branch: String, callID: String, over flow: Flow, for purpose: RequestPurpose,
    timers: TransactionTimers, now: Now
  ) {
    var transaction = NonInviteClientTransaction(
      request: bytes,
      settings: TransactionSettings(timers: timers, isReliable: flow.transport.isReliable))
    if let event = transaction.decide(.sent, now: now).event { transaction.apply(event) }
    entries[branch] = Entry(
      transaction: transaction, purpose: purpose, callID: callID, flow: flow)
  }

  func deadline(of branch: String) -> Instant? { entries[branch]?.transaction.nextDeadline }

  /// Nil: no request of ours.
  mutating func take(_ response: SIPMessage, now: Now) -> (branch: String, Outcome)? {
    guard let branch = response.topVia?.branch, let entry = entries[branch],
      entry.callID == response.callID, response.method == .notify || response.method == .message
    else { return nil }
    let status = response.statusCode
    return (branch, take(status < 200 ? .provisional : .final, status, branch, now: now))
  }

  mutating func deadlinePassed(_ branch: String, now: Now) -> Outcome {
    take(.deadline, nil, branch, now: now)
  }

  mutating func transportFailed(_ branch: String, now: Now) -> Outcome {
    take(.transportFailed, nil, branch, now: now)
  }

  private mutating func take(
    _ input: NonInviteClientTransaction.Input, _ status: Int?, _ branch: String, now: Now
  ) -> Outcome {
    guard let entry = entries[branch] else { return .nothing }
    let decision = entry.transaction.decide(input, now: now)
    if let event = decision.event { entries[branch]?.transaction.apply(event) }
    if entries[branch]?.transaction.isTerminated == true { entries[branch] = nil }
    switch decision.action {
    case .none: return .nothing
    case .send(let bytes): return .send(bytes, branch: branch, entry.flow)
    case .deliver: return input == .final ? .answered(entry.purpose, status: status) : .nothing
    case .fail: return .answered(entry.purpose, status: nil)
    }
  }
}
