import Machines

/// Answers of DNS for as long as they may be kept, and not more of them than it has room for.
public struct DNSCache: Sendable {
  private struct Entry {
    let answer: DNSAnswer
    let expires: Instant
  }

  public let capacity: Int
  /// How long it is kept that nobody answered; zero: not at all.
  public let silence: Duration
  private var entries: [DNSQuestion: Entry] = [:]

  public init(capacity: Int, silence: Duration = .zero) {
    self.capacity = capacity
    self.silence = silence
  }

  public var count: Int { entries.count }

  public func answer(to question: DNSQuestion, at now: Instant) -> DNSAnswer? {
    guard let entry = entries[question], now < entry.expires else { return nil }
    return entry.answer
  }

  /// Keeps what has a lifetime.
  public mutating func keep(_ answer: DNSAnswer, to question: DNSQuestion, at now: Instant) {
    let lifetime = answer.lifetime ?? silence
    guard lifetime > .zero else { return }
    if entries.count >= capacity, entries[question] == nil { makeRoom(now) }
    entries[question] = Entry(answer: answer, expires: now + lifetime)
  }

  /// What is over goes first; if nothing is, the half that would be over soonest.
  private mutating func makeRoom(_ now: Instant) {
    entries = entries.filter { now < $0.value.expires }
    guard entries.count >= capacity else { return }
    let oldest = entries.sorted { $0.value.expires < $1.value.expires }.prefix(capacity / 2 + 1)
    for (question, _) in oldest { entries[question] = nil }
  }
}
