import Machines

/// A 2xx to an INVITE on its way to the caller, until the ACK comes: RFC 3261 §13.3.1.4.
///
/// Retransmission is end to end, so it also runs over reliable transports.
public struct AnswerDelivery: Machine {
  public enum State: Hashable, Sendable {
    case created(response: [UInt8])
    case waiting(response: [UInt8], retry: Instant, interval: Duration, end: Instant)
    case acknowledged
    case abandoned
  }

  public enum Input: Hashable, Sendable {
    case sent
    case acknowledgement
    /// The INVITE came again: its sender has not seen the 2xx.
    case retransmission
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
    /// The first ACK: give it to the user.
    case deliver
    /// No ACK within 64·T1: the dialog is confirmed but the session should end with a BYE.
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
    case (.retransmission, .waiting(let response, _, _, _)):
      return Decision(nil, .send(response))
    case (.deadline, .waiting(_, _, _, let end)) where now.steady >= end:
      return Decision(.abandoned, .fail)
    case (.deadline, .waiting(let response, let retry, let interval, _)) where now.steady >= retry:
      let next = min(interval * 2, timers.t2)
      return Decision(.retransmitted(retry: now.steady + next, interval: next), .send(response))
    case (.sent, _), (.acknowledgement, _), (.retransmission, _), (.deadline, _):
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
      break  // The ACK overtook the report of the sending.
    }
  }
}
