import Machines

/// What happened to a binding. Folding the events in order gives the registrar's state.
package enum BindingEvent: Equatable, Sendable {
  /// A new binding, or the one with the same contact text in its new form.
  case bound(AddressOfRecord, Binding)
  /// By the phone itself, or because the same contact is bound under another spelling.
  case removed(AddressOfRecord, contact: String)
  /// The expiry that passed is named, so that a binding refreshed meanwhile stays.
  case expired(AddressOfRecord, contact: String, at: WallTime)
}
