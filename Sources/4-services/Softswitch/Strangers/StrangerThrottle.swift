import Addressing
import Machines

/// How many requests of each source are looked at, before anybody knows whose they are.
///
/// A bucket of tokens for each source, kept as the one moment at which it is full again. Whoever
/// has shown a password is a stranger no more and needs no token. Two tables, both bounded: a
/// source that is pushed out begins with a full bucket, a phone that is pushed out is a stranger.
struct StrangerThrottle: Sendable {
  private let interval: Duration
  private let tolerance: Duration
  private var full: RecentTable<SourceNetwork, Instant>
  private var acquaintances: RecentTable<IPEndpoint, Void>

  init(_ policy: StrangerPolicy) {
    interval = .seconds(1) / max(1, policy.rate)
    tolerance = interval * (max(1, policy.burst) - 1)
    full = RecentTable(capacity: policy.tracked)
    acquaintances = RecentTable(capacity: policy.tracked)
  }

  var trackedSources: Int { full.count }
  var trackedAcquaintances: Int { acquaintances.count }

  /// Somebody at this address and port has shown a password.
  mutating func meet(_ endpoint: IPEndpoint) {
    acquaintances.put((), for: endpoint)
  }

  func knows(_ endpoint: IPEndpoint) -> Bool { acquaintances[endpoint] != nil }

  /// Takes a token, if there is one. Without one nothing changes, so whoever goes on asking too
  /// fast is heard at the rate and no less.
  mutating func admits(_ address: IPAddress, now: Instant) -> Bool {
    let source = SourceNetwork(address)
    let from = max(full[source] ?? now, now)
    guard from - now <= tolerance else { return false }
    full.put(from + interval, for: source)
    return true
  }
}
