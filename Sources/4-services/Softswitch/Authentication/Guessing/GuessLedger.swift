import Addressing
import Machines

/// Somebody's claim to be a user: credentials that have not been looked at yet.
struct LoginAttempt: Equatable, Sendable {
  let source: SourceNetwork
  /// Of user and realm. Whether there is such a user plays no part in anything.
  let account: UInt64
  /// What the request has in common with its retransmissions.
  let transaction: UInt64
  /// The source stands for many (a trusted proxy), so that only what it says for one account
  /// counts.
  let isShared: Bool
}

/// What is remembered of wrong passwords, and how the next one is met.
///
/// It never locks an account: what one source guesses is held against that source, and against
/// others only as far as they guess too. A first challenge is no guess, so nothing here keeps
/// anybody from one. In memory alone, and bounded: what was not looked at for longest goes first.
struct GuessLedger: Sendable {
  private enum Key: Hashable {
    case pair(SourceNetwork, account: UInt64)
    case source(SourceNetwork)
    case account(UInt64)
  }

  private struct Entry {
    /// When all of it is forgotten: one guess is one span of forgiveness.
    var clear: Instant
    /// The last one, which may be repeated without counting again.
    var transaction: UInt64
  }

  var policy: GuessingPolicy
  /// Two generations: when the younger is full it becomes the older, which is dropped.
  private var young: [Key: Entry] = [:]
  private var old: [Key: Entry] = [:]

  init(policy: GuessingPolicy = GuessingPolicy()) {
    self.policy = policy
  }

  /// Nobody has guessed of late: there is nothing to ask.
  var isEmpty: Bool { young.isEmpty && old.isEmpty }
  var count: Int { young.count + old.count }

  /// How long to turn the source away from this account without looking at what it says; nil: look.
  func refusal(of attempt: LoginAttempt, now: Instant) -> Duration? {
    wait(.pair(attempt.source, account: attempt.account), allowance(attempt, now), now)
  }

  /// How long to turn it away from every account.
  func refusal(of source: SourceNetwork, now: Instant) -> Duration? {
    wait(.source(source), policy.refused * policy.accountsPerSource, now)
  }

  /// Counts a wrong password, unless it is the last one again.
  /// - Returns: how long to hold the answer.
  mutating func noteWrong(_ attempt: LoginAttempt, now: Instant) -> Duration {
    let pair = Key.pair(attempt.source, account: attempt.account)
    if entry(pair)?.transaction != attempt.transaction {
      add(pair, attempt, now)
      add(.account(attempt.account), attempt, now)
      if !attempt.isShared { add(.source(attempt.source), attempt, now) }
    }
    let ofSource = guesses(.source(attempt.source), now) / policy.accountsPerSource
    let excess = max(guesses(pair, now), ofSource) - policy.tolerated
    guard excess > 0 else { return .zero }
    return min(policy.longestDelay, policy.delay * (1 << min(excess - 1, 16)))
  }

  /// A right password: the source knows the account's.
  mutating func noteRight(_ attempt: LoginAttempt) {
    let pair = Key.pair(attempt.source, account: attempt.account)
    young[pair] = nil
    old[pair] = nil
  }

  private func allowance(_ attempt: LoginAttempt, _ now: Instant) -> Int {
    let isAttacked =
      guesses(.account(attempt.account), now) >= policy.refused * policy.sourcesPerAccount
    return isAttacked ? max(1, policy.tolerated) : policy.refused
  }

  private func wait(_ key: Key, _ allowance: Int, _ now: Instant) -> Duration? {
    guard guesses(key, now) >= allowance, let entry = entry(key) else { return nil }
    return entry.clear - now - policy.forgiveness * (allowance - 1)
  }

  private func entry(_ key: Key) -> Entry? { young[key] ?? old[key] }

  /// How many are not forgotten yet.
  private func guesses(_ key: Key, _ now: Instant) -> Int {
    guard let entry = entry(key), entry.clear > now else { return 0 }
    let span = max(1, policy.forgiveness.wholeNanoseconds)
    return Int(clamping: ((entry.clear - now).wholeNanoseconds &+ span &- 1) / span)
  }

  private mutating func add(_ key: Key, _ attempt: LoginAttempt, _ now: Instant) {
    let from = max(entry(key)?.clear ?? now, now)
    // Twice what has any effect: nobody is remembered for ever.
    let most = policy.refused * max(policy.accountsPerSource, policy.sourcesPerAccount) * 2
    old[key] = nil
    if young.count >= max(1, policy.tracked / 2), young[key] == nil {
      old = young
      young = [:]
    }
    young[key] = Entry(
      clear: min(from + policy.forgiveness, now + policy.forgiveness * most),
      transaction: attempt.transaction)
  }

  /// Drops what is forgotten, so that it is empty again when nobody guesses.
  mutating func sweep(now: Instant) {
    if isEmpty { return }
    young = young.filter { $0.value.clear > now }
    old = old.filter { $0.value.clear > now }
  }
}
