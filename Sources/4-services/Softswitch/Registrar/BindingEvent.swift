import Machines

/// What happened to a binding. Folding the events in order gives the registrar's state.
package enum BindingEvent: Equatable, Sendable {
  /// A new binding, or the one of the same key in its new form.
  case bound(AddressOfRecord, Binding)
  /// By the phone itself, or because what it binds now takes the place.
  case removed(AddressOfRecord, BindingKey)
  /// The expiry that passed is named, so that a binding refreshed meanwhile stays.
  case expired(AddressOfRecord, BindingKey, at: WallTime)
}
