import Machines

/// Which servers have failed of late, so that a call does not wait for one that is down.
///
/// Only what RFC 3263 §4.3 calls a failure counts: the transport said no, nobody said anything
/// until the transaction gave up, or a 503. Any other response shows that the server is there,
/// whatever it thinks of the call, and clears its name. A server that failed is avoided for a
/// while, longer with each failure in a row; then one call at a time may try it. Avoided servers
/// stay in the list, behind the others: where all are bad, all are tried.
public struct ServerHealth: Sendable {
  public struct Policy: Sendable {
    /// After a first failure.
    public var shortest = Duration.seconds(10)
    /// After many, and the most that a `Retry-After` is believed.
    public var longest = Duration.seconds(300)
    /// Until another call may try, when the one that tries has said nothing.
    public var probe = Duration.seconds(40)
    public var capacity = 4096

    public init() {}
  }

  private struct Failing {
    var failures: Int
    /// Until when it is avoided.
    var until: Instant
    /// Until when one call tries it.
    var probing: Instant?
  }

  public let policy: Policy
  private var failing: [ServerTarget: Failing] = [:]
  /// Failures that were noted, for the metrics.
  public private(set) var failures = 0

  public init(policy: Policy = Policy()) {
    self.policy = policy
  }

  /// Servers that have failed and have not been heard since.
  public var failingCount: Int { failing.count }
  public var isEmpty: Bool { failing.isEmpty }

  public mutating func failed(
    _ target: ServerTarget, retryAfter: Duration? = nil, at now: Instant
  ) {
    failures += 1
    if failing.count >= policy.capacity, failing[target] == nil { makeRoom() }
    let count = min((failing[target]?.failures ?? 0) + 1, 16)
    let backoff = min(policy.shortest * (1 << (count - 1)), policy.longest)
    let pause = retryAfter.map { min($0, policy.longest) } ?? backoff
    failing[target] = Failing(failures: count, until: now + pause)
  }

  public mutating func succeeded(_ target: ServerTarget) {
    guard !failing.isEmpty else { return }
    failing[target] = nil
  }

  /// The targets in the order in which a call is to try them. One whose time is over keeps its
  /// place for this call, which is its probe; the others pass it by until that call has news.
  public mutating func ordered(_ targets: [ServerTarget], at now: Instant) -> [ServerTarget] {
    guard !failing.isEmpty else { return targets }
    var good: [ServerTarget] = []
    var avoided: [ServerTarget] = []
    for target in targets {
      guard let entry = failing[target] else {
        good.append(target)
        continue
      }
      // Behind a server that is well nothing is learnt: the call would not get that far.
      let mayProbe = good.isEmpty && now >= entry.until && entry.probing.map { now >= $0 } ?? true
      if mayProbe {
        failing[target]?.probing = now + policy.probe
        good.append(target)
      } else {
        avoided.append(target)
      }
    }
    return good + avoided
  }

  /// Those that would be tried again soonest are forgotten.
  private mutating func makeRoom() {
    let oldest = failing.sorted { $0.value.until < $1.value.until }.prefix(policy.capacity / 4 + 1)
    for (target, _) in oldest { failing[target] = nil }
  }
}
