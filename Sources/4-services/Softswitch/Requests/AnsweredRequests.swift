import Machines
import SIP

/// What a request outside of calls has in common with its retransmissions (RFC 3261 §17.2.3), and
/// with the same one that came another way (§8.2.2.2).
struct RequestName: Hashable {
  let method: SIPMethod
  let callID: String
  let fromTag: String
  let cSeq: UInt32
  let branch: String

  init?(_ request: SIPMessage) {
    guard let callID = request.callID, let cSeq = request.cSeq else { return nil }
    method = request.method
    self.callID = callID
    self.cSeq = cSeq.number
    fromTag = request.fromTag ?? ""
    branch = request.topVia?.branch ?? ""
  }
}

/// The server transactions of requests that take effect outside of calls: a retransmission meets
/// silence while its first copy is worked on, and then the same answer (RFC 3261 §17.2.2).
///
/// Only what has passed authentication is remembered, so that strangers cannot fill it.
struct AnsweredRequests {
  enum Recollection: Equatable {
    case pending
    case answered([UInt8], Flow)
  }

  /// Of the newest requests; what is pushed out is taken for new, and its nonce is used by then.
  static let capacity = 10_000

  private var entries: [RequestName: Recollection] = [:]
  private var order: [(name: RequestName, forget: Instant)] = []
  private var first = 0

  var count: Int { entries.count }

  subscript(name: RequestName) -> Recollection? { entries[name] }

  mutating func begin(_ name: RequestName, forgetAt time: Instant, now: Instant) {
    forget(now)
    entries[name] = .pending
    order.append((name, time))
  }

  /// Timer J counts from the request here, whose answer is never far behind it.
  mutating func answer(_ name: RequestName, _ bytes: [UInt8], to flow: Flow) {
    guard entries[name] != nil else { return }
    entries[name] = .answered(bytes, flow)
  }

  private mutating func forget(_ now: Instant) {
    while first < order.count,
      order[first].forget <= now || order.count - first >= Self.capacity
    {
      entries[order[first].name] = nil
      first += 1
    }
    if first > 1024, first * 2 > order.count {
      order.removeFirst(first)
      first = 0
    }
  }
}
