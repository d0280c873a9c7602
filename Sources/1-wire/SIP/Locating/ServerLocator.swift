import Addressing
import Machines

/// Finds the servers of a host: RFC 3263 §4 for requests, §5 for responses.
///
/// What it knows is what DNS has answered so far. After each answer it goes through the procedure
/// from the start, as far as it can be gone, and asks for what is missing there; so there are no
/// stages to be in, and answers may come in any order, or from a cache all at once. The depth is
/// the procedure's own: NAPTR, then SRV, then addresses.
public struct ServerLocator: Machine {
  public enum Input: Equatable, Sendable {
    case start
    case answered(DNSQuestion, DNSAnswer)
  }

  public enum Event: Equatable, Sendable {
    case asked([DNSQuestion])
    case learnt(DNSQuestion, DNSAnswer, asked: [DNSQuestion])
    case finished
  }

  public enum Action: Equatable, Sendable {
    case none
    case ask([DNSQuestion])
    case finish(ServerLocation)
  }

  /// Records of each kind that are followed, and servers in the list at the end.
  static let maximumPointers = 8
  static let maximumServices = 16
  static let maximumTargets = 16

  public let query: ServerQuery
  /// Our ways to the world, the preferred first.
  public let reach: [ServerReach]
  private let seed: UInt64
  private var asked: Set<DNSQuestion> = []
  private var answers: [DNSQuestion: DNSAnswer] = [:]
  private var isFinished = false

  /// - Parameter seed: of the drawing by weight, once for this location.
  public init(_ query: ServerQuery, reach: [ServerReach], seed: UInt64) {
    self.query = query
    self.reach = reach
    self.seed = seed
  }

  /// Whoever asks DNS sees to it that each question has an answer in time.
  public var nextDeadline: Instant? { nil }

  public func decide(_ input: Input, now: Now) -> Decision<Event, Action> {
    guard !isFinished else { return Decision(nil, .none) }
    switch input {
    case .start:
      return outcome(of: walk(answers)) { .asked($0) }
    case .answered(let question, let answer):
      guard asked.contains(question), answers[question] == nil else { return Decision(nil, .none) }
      var known = answers
      known[question] = answer
      return outcome(of: walk(known)) { .learnt(question, answer, asked: $0) }
    }
  }

  public mutating func apply(_ event: Event) {
    switch event {
    case .asked(let questions): asked.formUnion(questions)
    case .learnt(let question, let answer, let questions):
      answers[question] = answer
      asked.formUnion(questions)
    case .finished: isFinished = true
    }
  }

  private func outcome(
    of walk: ServerSearch, event: ([DNSQuestion]) -> Event
  ) -> Decision<Event, Action> {
    if let location = walk.location { return Decision(.finished, .finish(location)) }
    let questions = walk.missing.filter { !asked.contains($0) }
    return Decision(event(questions), questions.isEmpty ? .none : .ask(questions))
  }

  private func walk(_ answers: [DNSQuestion: DNSAnswer]) -> ServerSearch {
    var search = ServerSearch(query: query, reach: reach, seed: seed, answers: answers)
    search.walk()
    return search
  }
}
