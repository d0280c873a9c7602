import CallControl
import Softswitch

/// What the HTTP interface asks of a node.
package protocol NodeControl: Sendable {
  var isReady: Bool { get async }
  func metrics() async -> String
  func status() async -> NodeStatus

  /// The names of all calls, in no order.
  func callIDs() async -> [CallID]
  /// Those of the calls that there still are.
  func calls(_ ids: [CallID]) async -> [CallSummary]
  /// Ends a call. Gives it as it then is; nil if there is none of this name.
  func hangUp(_ call: CallID) async -> CallSummary?

  /// Takes a binding away, on record and at once.
  func removeBinding(_ contact: String, of address: AddressOfRecord) async -> BindingRemovalOutcome
  /// Nil if there is no such subscriber.
  func presence(of address: AddressOfRecord) async -> SubscriberPresence?
  /// Forgets a kept message; false if that could not be put on record.
  func forgetMessage(_ id: String, of recipient: AddressOfRecord) async -> Bool
  /// Reads the subscribers again if they have changed; they are in effect when this returns.
  func refresh() async

  /// Begins, or ends, to refuse new calls.
  func drain(_ isOn: Bool) async
  /// Reads the configuration file again, and takes up what has changed in it, all or nothing.
  ///
  /// - Parameter isTrial: only says what would change.
  /// - Throws: why not, in words; then nothing has changed.
  func reload(isTrial: Bool) async throws -> ReloadDocument
  /// Has a new process take over.
  func upgrade() async throws
}
