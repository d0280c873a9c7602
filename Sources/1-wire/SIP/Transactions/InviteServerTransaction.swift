import Machines

/// The INVITE server transaction: RFC 3261 §17.2.1, with RFC 6026 §7.1's "Accepted" state.
///
/// The 2xx and its retransmission belong to the dialog (RFC 3261 §13.3.1.4): see
/// `AnswerDelivery`. Here "Accepted" only absorbs what is left of the INVITE.
public struct InviteServerTransaction: Machine {
  public enum State: Hashable, Sendable {
    /// `provisional` is the last one that was really sent, and is nil before the 100.
    case proceeding(provisional: [UInt8]?)
    case accepted(l: Instant?)
    /// A final response other than 2xx, sent again by Timer G until the ACK comes.
    case completed(response: [UInt8], g: Instant?, interval: Duration, h: Instant?)
    case confirmed(i: Instant)
    case terminated
  }

  public enum Input: Hashable, Sendable {
    /// The INVITE came again.
    case retransmission
    case respond(provisional: [UInt8])
    case accept
    case reject(response: [UInt8])
    /// The final response has really left.
    case sent
    /// The ACK for a final response other than 2xx.
    case acknowledgement
    case deadline
    case transportFailed
  }

  public enum Event: Hashable, Sendable {
    case responded(provisional: [UInt8])
    case accepted
    case rejected(response: [UInt8])
    case sentRejection(g: Instant?, interval: Duration, h: Instant)
    case sentAcceptance(l: Instant)
    case retransmitted(g: Instant, interval: Duration)
    case confirmed(i: Instant?)
    case terminated
  }

  public enum Action: Hashable, Sendable {
    case none
    case send([UInt8])
    case fail(TransactionFailure)
  }

  public private(set) var state: State
  public let settings: TransactionSettings

  public init(settings: TransactionSettings) {
    state = .proceeding(provisional: nil)
    self.settings = settings
  }

  /// As it was when it was written down.
  public init(restoring state: State, settings: TransactionSettings) {
    self.state = state
    self.settings = settings
  }

  public var isTerminated: Bool { state == .terminated }

  /// A final response has been given.
  public var isFinal: Bool {
    if case .proceeding = state { false } else { true }
  }

  public var nextDeadline: Instant? {
    switch state {
    case .proceeding, .terminated: nil
    case .accepted(let l): l
    case .completed(_, let g, _, let h): h.map { min(g ?? $0, $0) }
    case .confirmed(let i): i
    }
  }

  public func decide(_ input: Input, now: Now) -> Decision<Event, Action> {
    switch input {
    case .retransmission: onRetransmission()
    case .respond(let provisional): onProvisional(provisional)
    case .accept: onAccept()
    case .reject(let response): onReject(response)
    case .sent: onSent(now.steady)
    case .acknowledgement: onAcknowledgement(now.steady)
    case .deadline: onDeadline(now.steady)
    case .transportFailed: onTransportFailure()
    }
  }

  public mutating func apply(_ event: Event) {
    switch (event, state) {
    case (.responded(let provisional), _):
      state = .proceeding(provisional: provisional)
    case (.accepted, _):
      state = .accepted(l: nil)
    case (.sentAcceptance(let l), _):
      state = .accepted(l: l)
    case (.rejected(let response), _):
      state = .completed(response: response, g: nil, interval: settings.timers.t1, h: nil)
    case (.sentRejection(let g, let interval, let h), .completed(let response, _, _, _)):
      state = .completed(response: response, g: g, interval: interval, h: h)
    case (.retransmitted(let g, let interval), .completed(let response, _, _, let h)):
      state = .completed(response: response, g: g, interval: interval, h: h)
    case (.confirmed(let i?), _):
      state = .confirmed(i: i)
    case (.confirmed(nil), _), (.terminated, _):
      state = .terminated
    case (.sentRejection, _), (.retransmitted, _):
      break  // The ACK overtook the report of the sending.
    }
  }
}

extension InviteServerTransaction {
  private typealias Step = Decision<Event, Action>

  private func onRetransmission() -> Step {
    switch state {
    case .proceeding(let provisional?): Step(nil, .send(provisional))
    // Before the final response has really left, its retransmission must not leave either.
    case .completed(let response, _, _, .some): Step(nil, .send(response))
    case .proceeding(nil), .completed, .accepted, .confirmed, .terminated: Step(nil, .none)
    }
  }

  private func onProvisional(_ response: [UInt8]) -> Step {
    guard case .proceeding = state else { return Step(nil, .none) }
    return Step(.responded(provisional: response), .send(response))
  }

  private func onAccept() -> Step {
    guard case .proceeding = state else { return Step(nil, .none) }
    return Step(.accepted, .none)
  }

  private func onReject(_ response: [UInt8]) -> Step {
    guard case .proceeding = state else { return Step(nil, .none) }
    return Step(.rejected(response: response), .send(response))
  }

  private func onSent(_ now: Instant) -> Step {
    let timers = settings.timers
    let end = now + timers.transactionLifetime
    switch state {
    case .accepted(nil):
      return Step(.sentAcceptance(l: end), .none)
    case .completed(_, nil, _, nil):
      let g = settings.isReliable ? nil : now + timers.t1
      return Step(.sentRejection(g: g, interval: timers.t1, h: end), .none)
    case .proceeding, .accepted, .completed, .confirmed, .terminated:
      return Step(nil, .none)
    }
  }

  private func onAcknowledgement(_ now: Instant) -> Step {
    guard case .completed = state else { return Step(nil, .none) }
    return Step(.confirmed(i: settings.isReliable ? nil : now + settings.timers.t4), .none)
  }

  private func onDeadline(_ now: Instant) -> Step {
    switch state {
    case .accepted(let l?) where now >= l:
      return Step(.terminated, .none)
    case .completed(_, _, _, let h?) where now >= h:
      return Step(.terminated, .fail(.timeout))
    case .completed(let response, let g?, let interval, _) where now >= g:
      let next = min(interval * 2, settings.timers.t2)
      return Step(.retransmitted(g: now + next, interval: next), .send(response))
    case .confirmed(let i) where now >= i:
      return Step(.terminated, .none)
    case .proceeding, .accepted, .completed, .confirmed, .terminated:
      return Step(nil, .none)
    }
  }

  private func onTransportFailure() -> Step {
    switch state {
    case .completed: Step(.terminated, .fail(.transport))
    case .proceeding, .accepted, .confirmed, .terminated: Step(nil, .none)
    }
  }
}
