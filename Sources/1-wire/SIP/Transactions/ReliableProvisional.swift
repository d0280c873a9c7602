import Machines

/// A provisional response on its way to the caller, until the PRACK comes: RFC 3262 §3.
///
/// Like a 2xx it is repeated end to end, over reliable transports too; unlike that of a 2xx its
/// interval doubles without a cap.
public struct ReliableProvisional: Machine {
  public enum State: Hashable, Sendable {
    case created(response: [UInt8])
    case waiting(response: [UInt8], retry: Instant, interval: Duration, end: Instant)
    case acknowledged
    case abandoned
  }

  public enum Input: Hashable, Sendable {
    case sent
    /// The PRACK that names it.
    case acknowledgement
    case deadline
  }

  public enum Event: Hashable, Sendable {
    case sent(retry: Instant, interval: Duration, end: Instant)
    case retransmitted(retry: Instant, interval: Duration)
    case acknowledged
    case abandoned
  }

  public enum Action: Hashable, Sendable {
    case none
    case send([UInt8])
    /// The first PRACK: give it to the user.
    case deliver
    /// No PRACK within 64·T1: the INVITE should be rejected with a 5xx.
    case fail
  }

  public private(set) var state: State
  public let timers: TransactionTimers

  public init(response: [UInt8], timers: TransactionTimers) {
    state = .created(response: response)
    self.timers = timers
  }

  /// As it was when it was written down.
  public init(restoring state: State, timers: TransactionTimers) {
    self.state = state
    self.timers = timers
  }

  public var isFinished: Bool { state == .acknowledged || state == .abandoned }

  public var nextDeadline: Instant? {
    switch state {
    case .created, .acknowledged, .abandoned: nil
    case .waiting(_, let retry, _, let end): min(retry, end)
    }
  }

  public func decide(_ input: Input, now: Now) -> Decision<Event, Action> {
    switch (input, state) {
    case (.sent, .created):
      let end = now.steady + timers.transactionLifetime
      return Decision(.sent(retry: now.steady + timers.t1, interval: timers.t1, end: end), .none)
    case (.acknowledgement, .created), (.acknowledgement, .waiting):
      return Decision(.acknowledged, .deliver)
    case (.deadline, .waiting(_, _, _, let end)) where now.steady >= end:
      return Decision(.abandoned, .fail)
    case (.deadline, .waiting(let response, let retry, let interval, _)) where now.steady >= retry:
      let next = interval * 2
      return Decision(.retransmitted(retry: now.steady + next, interval: next), .send(response))
    case (.sent, _), (.acknowledgement, _), (.deadline, _):
      return Decision(nil, .none)
    }
  }

  public mutating func apply(_ event: Event) {
    switch (event, state) {
    case (.sent(let retry, let interval, let end), .created(let response)):
      state = .waiting(response: response, retry: retry, interval: interval, end: end)
    case (.retransmitted(let retry, let interval), .waiting(let response, _, _, let end)):
      state = .waiting(response: response, retry: retry, interval: interval, end: end)
    case (.acknowledged, _):
      state = .acknowledged
    case (.abandoned, _):
      state = .abandoned
    case (.sent, _), (.retransmitted, _):
      break  // The PRACK overtook the report of the sending.
    }
  }
}
