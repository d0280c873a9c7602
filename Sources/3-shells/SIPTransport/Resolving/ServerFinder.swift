import Machines
import NIOCore
import SIP

/// Finds the servers of a name for an event loop: runs the locator, and keeps what DNS answers.
///
/// Confined to its loop, which is asserted; that is why it may be `@unchecked Sendable`.
package final class ServerFinder: @unchecked Sendable {
  /// A location in progress.
  private struct Search {
    var locator: ServerLocator
    let completion: (ServerLocation) -> Void
    var deadline: Scheduled<Void>?
  }

  /// Locations at a time; what is beyond is told that DNS does not answer.
  private static let maximumSearches = 20_000
  /// How long it is believed that nobody answers, so that not each call waits for a silent DNS.
  private static let silence = Duration.seconds(5)

  private let eventLoop: any EventLoop
  private let reach: [ServerReach]
  private let options: ResolverOptions
  private let now: @Sendable () -> Now
  private var random: Randomness
  private var cache: DNSCache
  private var searches: [UInt64: Search] = [:]
  /// By question that is out: the searches that wait for it.
  private var waiting: [DNSQuestion: [UInt64]] = [:]
  private var lastSearch: UInt64 = 0
  private var client: DNSClient?
  package private(set) var statistics = ResolverStatistics()

  /// - Throws: `DNSFault` if the resolver cannot be had at all.
  package init(
    eventLoop: any EventLoop, reach: [ServerReach], options: ResolverOptions, random: Randomness,
    now: @escaping @Sendable () -> Now
  ) throws {
    self.eventLoop = eventLoop
    self.reach = reach
    self.options = options
    self.random = random
    self.now = now
    cache = DNSCache(capacity: options.cacheEntries, silence: Self.silence)
    client = try DNSClient(options) { [weak self] question, answer in
      guard let self else { return }
      self.eventLoop.execute { self.note(answer, to: question) }
    }
  }

  deinit { client?.stop() }

  /// Names stay unknown from now on.
  package func stop() {
    client?.stop()
  }

  /// - Parameter completion: called on the loop, once, and not from within.
  package func locate(
    _ query: ServerQuery, completion: @escaping (ServerLocation) -> Void
  ) {
    eventLoop.preconditionInEventLoop()
    guard searches.count < Self.maximumSearches else {
      let refusal = NIOLoopBound(completion, eventLoop: eventLoop)
      return eventLoop.execute { refusal.value(.notFound(.unanswered)) }
    }
    lastSearch += 1
    let number = lastSearch
    let locator = ServerLocator(query, reach: reach, seed: random.next())
    let deadline = eventLoop.scheduleTask(
      in: .nanoseconds(options.patience.wholeNanoseconds)
    ) { self.finish(number, .notFound(.unanswered)) }
    searches[number] = Search(locator: locator, completion: completion, deadline: deadline)
    statistics.searches += 1
    eventLoop.execute { self.step(number, .start) }
  }

  private func step(_ number: UInt64, _ input: ServerLocator.Input) {
    var inputs = [input]
    while let input = inputs.popLast(), let locator = searches[number]?.locator {
      let decision = locator.decide(input, now: now())
      if let event = decision.event { searches[number]?.locator.apply(event) }
      switch decision.action {
      case .none: break
      case .finish(let location): return finish(number, location)
      case .ask(let questions):
        for question in questions {
          if let known = cache.answer(to: question, at: now().steady) {
            statistics.cached += 1
            inputs.append(.answered(question, known))
          } else {
            ask(question, for: number)
          }
        }
      }
    }
  }

  /// Equal questions are asked once.
  private func ask(_ question: DNSQuestion, for number: UInt64) {
    waiting[question, default: []].append(number)
    guard waiting[question]?.count == 1 else { return }
    statistics.questions += 1
    client?.ask(question)
  }

  private func note(_ answer: DNSAnswer, to question: DNSQuestion) {
    eventLoop.preconditionInEventLoop()
    if answer == .failed { statistics.unanswered += 1 }
    cache.keep(answer, to: question, at: now().steady)
    for number in waiting.removeValue(forKey: question) ?? [] {
      step(number, .answered(question, answer))
    }
  }

  private func finish(_ number: UInt64, _ location: ServerLocation) {
    guard let search = searches.removeValue(forKey: number) else { return }
    search.deadline?.cancel()
    search.completion(location)
  }

  /// Answers that are kept.
  package var cached: Int { cache.count }
}

/// What the resolver has done since it started.
package struct ResolverStatistics: Equatable, Sendable {
  package var searches = 0
  /// Questions to DNS, those that the cache answered, and those that nobody did.
  package var questions = 0
  package var cached = 0
  package var unanswered = 0
}
