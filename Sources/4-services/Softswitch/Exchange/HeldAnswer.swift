import Machines
import SIP

/// An answer to wrong credentials that leaves later.
struct HeldAnswer {
  let due: Instant
  let bytes: [UInt8]
  let flow: Flow
  /// Of the request, so that its retransmissions are met with silence meanwhile.
  let transaction: UInt64
}

/// The answers that are held, the next one first. Bounded by its owner.
struct HeldAnswers {
  private var answers: [HeldAnswer] = []
  private var transactions: Set<UInt64> = []

  var count: Int { answers.count }
  var next: Instant? { answers.first?.due }

  func holds(_ transaction: UInt64) -> Bool { transactions.contains(transaction) }

  mutating func add(_ answer: HeldAnswer) {
    let place = answers.lastIndex { $0.due <= answer.due }.map { $0 + 1 } ?? 0
    answers.insert(answer, at: place)
    transactions.insert(answer.transaction)
  }

  mutating func takeDue(at now: Instant) -> [HeldAnswer] {
    let due = answers.prefix { $0.due <= now }
    answers.removeFirst(due.count)
    for answer in due { transactions.remove(answer.transaction) }
    return Array(due)
  }
}
