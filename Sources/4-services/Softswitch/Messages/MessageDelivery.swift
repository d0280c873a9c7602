import Machines

/// A message under way to the phones of its recipient.
struct MessageDelivery {
  enum Origin {
    /// Its sender waits for an answer.
    case sender(PendingRequest)
    /// It was kept.
    case kept
    /// Its sender has had an answer, and the message is kept: a phone may yet take it.
    case overdue
  }

  enum Outcome: Equatable {
    case taken
    /// Another attempt may do better.
    case failed
    /// The phones do not take such a message at all: with this status.
    case refused(Int)
  }

  let message: InstantMessage
  var origin: Origin
  /// The contacts that have not answered.
  private(set) var waiting: Set<String>
  private var statuses: [Int?] = []
  private var isTaken = false

  init(_ message: InstantMessage, from origin: Origin, to contacts: [String]) {
    self.message = message
    self.origin = origin
    waiting = Set(contacts)
  }

  mutating func note(_ contact: String, _ status: Int?) {
    guard waiting.remove(contact) != nil else { return }
    statuses.append(status)
    if let status, status < 300 { isTaken = true }
  }

  var isOver: Bool { waiting.isEmpty }

  /// Nil: there is still something to hope for. Any phone's 2xx counts.
  var outcome: Outcome? {
    if isTaken { return .taken }
    guard waiting.isEmpty else { return nil }
    let refusals = statuses.compactMap { status in
      status.flatMap { isRefusal($0) ? $0 : nil }
    }
    guard refusals.count == statuses.count, let best = refusals.min() else { return .failed }
    return .refused(best)
  }

  /// What says more of the message than of the moment (RFC 3428 §7: a 6xx is for good).
  private func isRefusal(_ status: Int) -> Bool {
    switch status {
    case 400, 403, 405, 413, 415, 488, 493, 501, 505, 600...: true
    default: false
    }
  }
}

/// The messages that are under way, and those that wait for their turn.
struct MessageExchange {
  let policy = MessagePolicy()
  var kept = KeptMessages()
  var deliveries: [UInt64: MessageDelivery] = [:]
  /// By recipient: what was kept is on its way, one after the other.
  var runs: [AddressOfRecord: Run] = [:]
  /// By recipient: messages on their way to the record.
  var keeping: [AddressOfRecord: Int] = [:]
  private var lastNumber: UInt64 = 0

  struct Run {
    /// The contacts that have just registered.
    var contacts: [String]
    /// Nil until the database has told.
    var messages: ArraySlice<InstantMessage>?
    var delivered = 0
  }

  mutating func begin(_ delivery: MessageDelivery) -> UInt64 {
    lastNumber += 1
    deliveries[lastNumber] = delivery
    return lastNumber
  }
}
