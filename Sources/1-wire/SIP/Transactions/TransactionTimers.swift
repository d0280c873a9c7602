/// The base times from which RFC 3261 §17.1.1.1 and its Table 4 derive every transaction timer.
public struct TransactionTimers: Hashable, Sendable {
  /// The round-trip estimate.
  public var t1: Duration
  /// The longest interval between retransmissions of a non-INVITE request or an INVITE response.
  public var t2: Duration
  /// How long the network may keep a message alive.
  public var t4: Duration
  /// Timer C: how long an INVITE may go without a word after its last provisional response. A
  /// proxy's timer (§16.6 step 11, more than 3 minutes), here so that no peer can keep a
  /// transaction for ever.
  public var c: Duration

  public static let standard = TransactionTimers(
    t1: .milliseconds(500), t2: .seconds(4), t4: .seconds(5), c: .seconds(200))

  public init(t1: Duration, t2: Duration, t4: Duration, c: Duration) {
    self.t1 = t1
    self.t2 = t2
    self.t4 = t4
    self.c = c
  }

  /// Timers B, F, H, J, L and M: how long a transaction waits, or absorbs retransmissions.
  public var transactionLifetime: Duration { t1 * 64 }

  /// Timer D: at least 32 s over an unreliable transport.
  public var rejectionLinger: Duration { t1 * 64 }
}

/// The transport is known for the whole life of a transaction, and decides its timers.
public struct TransactionSettings: Hashable, Sendable {
  public var timers: TransactionTimers
  public var isReliable: Bool
  /// How long an INVITE waits for a first response, where that is not Timer B: there is another
  /// server to ask, and 32 s would outlast the caller's patience.
  public var patience: Duration?

  public init(timers: TransactionTimers, isReliable: Bool, patience: Duration? = nil) {
    self.timers = timers
    self.isReliable = isReliable
    self.patience = patience
  }
}

/// Why a transaction ended without the answer that it was for.
public enum TransactionFailure: Hashable, Sendable {
  /// Timer B, F or H fired.
  case timeout
  /// The transport reported that the message could not be delivered (RFC 3261 §17.1.4).
  case transport
}
