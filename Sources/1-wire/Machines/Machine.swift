/// A protocol state machine that can be written down.
///
/// `decide` looks at the state and an input and answers what happened (events) and what is to be
/// done (actions); it changes nothing. `apply` is the only way to change the state, and an event
/// holds every outcome that `decide` chose (tags, branches, ports, deadlines), so that folding a
/// recorded sequence of events gives the same state again, on this machine or on another one.
///
/// The owner applies the events of a step in order, then carries out its actions in order, then
/// arms one timer for `nextDeadline`.
public protocol Machine: Equatable, Sendable {
  associatedtype Input
  associatedtype Event: Equatable, Sendable
  associatedtype Action: Equatable

  func decide(_ input: Input, now: Now) -> Decision<Event, Action>
  mutating func apply(_ event: Event)

  /// When the machine wants to be told that time has passed, if at all.
  var nextDeadline: Instant? { get }
}

/// What a machine decided in one step: at most one event of its own and one action.
public struct Decision<Event: Equatable & Sendable, Action: Equatable> {
  public var event: Event?
  public var action: Action

  public init(_ event: Event?, _ action: Action) {
    self.event = event
    self.action = action
  }
}

extension Decision: Equatable {}
