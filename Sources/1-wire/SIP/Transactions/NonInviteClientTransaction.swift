import Machines

/// The non-INVITE client transaction: RFC 3261 §17.1.2.
public struct NonInviteClientTransaction: Machine {
  public enum State: Hashable, Sendable {
    case created(request: [UInt8])
    case trying(request: [UInt8], e: Instant?, interval: Duration, f: Instant)
    case proceeding(request: [UInt8], e: Instant?, f: Instant)
    case completed(k: Instant)
    case terminated
  }

  public enum Input: Hashable, Sendable {
    case sent
    case provisional
    case final
    case deadline
    case transportFailed
  }

  public enum Event: Hashable, Sendable {
    case sent(e: Instant?, interval: Duration, f: Instant)
    case retransmitted(e: Instant, interval: Duration)
    /// `f` is kept from the sending, or counted from now if the response overtook its report.
    case proceeded(e: Instant?, f: Instant)
    case completed(k: Instant?)
    case terminated
  }

  public enum Action: Hashable, Sendable {
    case none
    case send([UInt8])
    case deliver
    case fail(TransactionFailure)
  }

  public private(set) var state: State
  public let settings: TransactionSettings

  public init(request: [UInt8], settings: TransactionSettings) {
    state = .created(request: request)
    self.settings = settings
  }

  /// As it was when it was written down.
  public init(restoring state: State, settings: TransactionSettings) {
    self.state = state
    self.settings = settings
  }

  public var isTerminated: Bool { state == .terminated }

  public var nextDeadline: Instant? {
    switch state {
    case .created, .terminated: nil
    case .trying(_, let e, _, let f), .proceeding(_, let e, let f): min(e ?? f, f)
    case .completed(let k): k
    }
  }

  public func decide(_ input: Input, now: Now) -> Decision<Event, Action> {
    switch input {
    case .sent: onSent(now.steady)
    case .provisional: onProvisional(now.steady)
    case .final: onFinal(now.steady)
    case .deadline: onDeadline(now.steady)
    case .transportFailed: onTransportFailure()
    }
  }

  public mutating func apply(_ event: Event) {
    switch (event, state) {
    case (.sent(let e, let interval, let f), .created(let request)):
      state = .trying(request: request, e: e, interval: interval, f: f)
    case (.retransmitted(let e, let interval), .trying(let request, _, _, let f)):
      state = .trying(request: request, e: e, interval: interval, f: f)
    case (.retransmitted(let e, _), .proceeding(let request, _, let f)):
      state = .proceeding(request: request, e: e, f: f)
    case (.proceeded(let e, let f), .created(let request)),
      (.proceeded(let e, let f), .trying(let request, _, _, _)):
      state = .proceeding(request: request, e: e, f: f)
    case (.completed(let k?), _):
      state = .completed(k: k)
    case (.completed(nil), _), (.terminated, _):
      state = .terminated
    case (.sent, _), (.retransmitted, _), (.proceeded, _):
      break  // A response overtook the report of the sending.
    }
  }
}

extension NonInviteClientTransaction {
  private typealias Step = Decision<Event, Action>

  private func onSent(_ now: Instant) -> Step {
    guard case .created = state else { return Step(nil, .none) }
    let t1 = settings.timers.t1
    return Step(
      .sent(
        e: settings.isReliable ? nil : now + t1, interval: t1,
        f: now + settings.timers.transactionLifetime), .none)
  }

  private func onProvisional(_ now: Instant) -> Step {
    switch state {
    case .created:
      return Step(
        .proceeded(e: retry(after: now), f: now + settings.timers.transactionLifetime), .deliver)
    case .trying(_, _, _, let f):
      return Step(.proceeded(e: retry(after: now), f: f), .deliver)
    case .proceeding:
      return Step(nil, .deliver)
    case .completed, .terminated:
      return Step(nil, .none)
    }
  }

  private func onFinal(_ now: Instant) -> Step {
    switch state {
    case .created, .trying, .proceeding:
      Step(.completed(k: settings.isReliable ? nil : now + settings.timers.t4), .deliver)
    case .completed, .terminated: Step(nil, .none)
    }
  }

  private func onDeadline(_ now: Instant) -> Step {
    switch state {
    case .trying(_, _, _, let f) where now >= f, .proceeding(_, _, let f) where now >= f:
      return Step(.terminated, .fail(.timeout))
    case .trying(let request, let e?, let interval, _) where now >= e:
      let next = min(interval * 2, settings.timers.t2)
      return Step(.retransmitted(e: now + next, interval: next), .send(request))
    case .proceeding(let request, let e?, _) where now >= e:
      let next = settings.timers.t2
      return Step(.retransmitted(e: now + next, interval: next), .send(request))
    case .completed(let k) where now >= k:
      return Step(.terminated, .none)
    case .created, .trying, .proceeding, .completed, .terminated:
      return Step(nil, .none)
    }
  }

  private func onTransportFailure() -> Step {
    switch state {
    case .created, .trying, .proceeding: Step(.terminated, .fail(.transport))
    case .completed, .terminated: Step(nil, .none)
    }
  }

  /// In "Proceeding" Timer E runs at T2 (§17.1.2.2).
  private func retry(after now: Instant) -> Instant? {
    settings.isReliable ? nil : now + settings.timers.t2
  }
}
