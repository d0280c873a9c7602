import Machines

/// The INVITE client transaction: RFC 3261 §17.1.1, with RFC 6026 §7.2's "Accepted" state.
///
/// The machine keeps the bytes that it may have to send again, and nothing else of the messages:
/// the dialog and the SDP are its owner's.
public struct InviteClientTransaction: Machine {
  public enum State: Hashable, Sendable {
    /// The request is on its way out; no timer runs before the shell has really sent it.
    case created(request: [UInt8])
    case calling(request: [UInt8], a: Instant?, interval: Duration, b: Instant)
    /// `c`: when to stop believing that a final response will come.
    case proceeding(c: Instant)
    /// A final response other than 2xx: the ACK is ours, hop by hop (§17.1.1.3).
    case completed(acknowledgement: [UInt8], d: Instant)
    /// A 2xx: further ones, from other branches of a fork, still come through here.
    case accepted(m: Instant)
    case terminated
  }

  public enum Input: Hashable, Sendable {
    case sent
    case provisional
    case success
    /// A final response other than 2xx, with the ACK that the owner has written for it.
    case rejection(acknowledgement: [UInt8])
    case deadline
    case transportFailed
  }

  public enum Event: Hashable, Sendable {
    case sent(a: Instant?, interval: Duration, b: Instant)
    case retransmitted(a: Instant, interval: Duration)
    case proceeded(c: Instant)
    case accepted(m: Instant)
    case rejected(acknowledgement: [UInt8], d: Instant?)
    case terminated
  }

  public enum Action: Hashable, Sendable {
    case none
    case send([UInt8])
    /// Give the response to the transaction's user.
    case deliver
    /// Send the ACK, and give the response to the user.
    case acknowledgeAndDeliver([UInt8])
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
    case .calling(_, let a, _, let b): min(a ?? b, b)
    case .proceeding(let c): c
    case .completed(_, let d): d
    case .accepted(let m): m
    }
  }

  public func decide(_ input: Input, now: Now) -> Decision<Event, Action> {
    switch input {
    case .sent: onSent(now.steady)
    case .provisional: onProvisional(now.steady)
    case .success: onSuccess(now.steady)
    case .rejection(let acknowledgement): onRejection(acknowledgement, now.steady)
    case .deadline: onDeadline(now.steady)
    case .transportFailed: onTransportFailure()
    }
  }

  public mutating func apply(_ event: Event) {
    switch (event, state) {
    case (.sent(let a, let interval, let b), .created(let request)):
      state = .calling(request: request, a: a, interval: interval, b: b)
    case (.retransmitted(let a, let interval), .calling(let request, _, _, let b)):
      state = .calling(request: request, a: a, interval: interval, b: b)
    case (.proceeded(let c), _):
      state = .proceeding(c: c)
    case (.accepted(let m), _):
      state = .accepted(m: m)
    case (.rejected(let acknowledgement, let d?), _):
      state = .completed(acknowledgement: acknowledgement, d: d)
    case (.rejected(_, nil), _), (.terminated, _):
      state = .terminated
    case (.sent, _), (.retransmitted, _):
      break  // A response overtook the report of the sending.
    }
  }
}

extension InviteClientTransaction {
  private typealias Step = Decision<Event, Action>

  private func onSent(_ now: Instant) -> Step {
    guard case .created = state else { return Step(nil, .none) }
    let t1 = settings.timers.t1
    return Step(
      .sent(
        a: settings.isReliable ? nil : now + t1, interval: t1,
        b: now + (settings.patience ?? settings.timers.transactionLifetime)), .none)
  }

  private func onProvisional(_ now: Instant) -> Step {
    switch state {
    case .created, .calling, .proceeding:
      Step(.proceeded(c: now + settings.timers.c), .deliver)
    case .completed, .accepted, .terminated: Step(nil, .none)
    }
  }

  private func onSuccess(_ now: Instant) -> Step {
    switch state {
    case .created, .calling, .proceeding:
      Step(.accepted(m: now + settings.timers.transactionLifetime), .deliver)
    case .accepted: Step(nil, .deliver)
    case .completed, .terminated: Step(nil, .none)
    }
  }

  private func onRejection(_ acknowledgement: [UInt8], _ now: Instant) -> Step {
    switch state {
    case .created, .calling, .proceeding:
      Step(
        .rejected(
          acknowledgement: acknowledgement,
          d: settings.isReliable ? nil : now + settings.timers.rejectionLinger),
        .acknowledgeAndDeliver(acknowledgement))
    case .completed(let kept, _): Step(nil, .send(kept))
    case .accepted, .terminated: Step(nil, .none)
    }
  }

  private func onDeadline(_ now: Instant) -> Step {
    switch state {
    case .calling(_, _, _, let b) where now >= b:
      return Step(.terminated, .fail(.timeout))
    case .calling(let request, let a?, let interval, _) where now >= a:
      return Step(.retransmitted(a: now + interval * 2, interval: interval * 2), .send(request))
    case .proceeding(let c) where now >= c:
      return Step(.terminated, .fail(.timeout))
    case .completed(_, let d) where now >= d:
      return Step(.terminated, .none)
    case .accepted(let m) where now >= m:
      return Step(.terminated, .none)
    case .created, .calling, .proceeding, .completed, .accepted, .terminated:
      return Step(nil, .none)
    }
  }

  private func onTransportFailure() -> Step {
    switch state {
    case .created, .calling: Step(.terminated, .fail(.transport))
    // The peer has answered: a lost ACK is repaired by its next retransmission.
    case .proceeding, .completed, .accepted, .terminated: Step(nil, .none)
    }
  }
}
