/// What makes a binding of an address-of-record the one that it is.
///
/// It is the contact (RFC 3261 §10.3), except where outbound applies: there it is the phone and the
/// flow, and two of them may share a contact (RFC 5626 §6).
package struct BindingKey: Hashable, Sendable {
  /// As the record keeps it.
  package let text: String

  package init(contact: String) {
    text = contact
  }

  /// No contact begins like this: each begins with `sip:`.
  package init(instance: String, regID: UInt32) {
    text = "reg-id=\(regID);\(instance)"
  }
}
