import Machines

/// The non-INVITE server transaction: RFC 3261 §17.2.2.
public struct NonInviteServerTransaction: Machine {
  public enum State: Hashable, Sendable {
    case trying
    case proceeding(provisional: [UInt8])
    /// `j` is nil until the final response has really left.
    case completed(response: [UInt8], j: Instant?)
    case terminated
  }

  public enum Input: Hashable, Sendable {
    case retransmission
    case respond(provisional: [UInt8])
    case finish(response: [UInt8])
    case sent
    case deadline
    case transportFailed
  }

  public enum Event: Hashable, Sendable {
    case responded(provisional: [UInt8])
    case finished(response: [UInt8])
    case sent(j: Instant?)
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
    state = .trying
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
    case .trying, .proceeding, .terminated: nil
    case .completed(_, let j): j
    }
  }

  public func decide(_ input: Input, now: Now) -> Decision<Event, Action> {
    switch (input, state) {
    case (.retransmission, .proceeding(let response)),
      (.retransmission, .completed(let response, .some)):
      return Decision(nil, .send(response))
    case (.respond(let provisional), .trying), (.respond(let provisional), .proceeding):
      return Decision(.responded(provisional: provisional), .send(provisional))
    case (.finish(let response), .trying), (.finish(let response), .proceeding):
      return Decision(.finished(response: response), .send(response))
    case (.sent, .completed(_, nil)):
      let linger = now.steady + settings.timers.transactionLifetime
      return Decision(.sent(j: settings.isReliable ? nil : linger), .none)
    case (.deadline, .completed(_, let j?)) where now.steady >= j:
      return Decision(.terminated, .none)
    case (.transportFailed, .trying), (.transportFailed, .proceeding),
      (.transportFailed, .completed):
      return Decision(.terminated, .fail(.transport))
    case (.retransmission, _), (.respond, _), (.finish, _), (.sent, _), (.deadline, _),
      (.transportFailed, .terminated):
      return Decision(nil, .none)
    }
  }

  public mutating func apply(_ event: Event) {
    switch (event, state) {
    case (.responded(let provisional), _):
      state = .proceeding(provisional: provisional)
    case (.finished(let response), _):
      state = .completed(response: response, j: nil)
    case (.sent(let j?), .completed(let response, _)):
      state = .completed(response: response, j: j)
    case (.sent, _), (.terminated, _):
      // Over a reliable transport Timer J is zero (§17.2.2).
      state = .terminated
    }
  }
}
