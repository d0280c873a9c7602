import SIP

/// Which bindings a contact of a REGISTER speaks of: those that it takes the place of, or takes
/// away.
///
/// RFC 3261 §10.3 knows a binding by its contact, RFC 5626 §6 by instance and flow. A phone that
/// says its instance and no flow is on the whole one phone with one contact, whose old one is dead
/// once it has another; several contacts in one request stand beside each other all the same.
struct BindingMatch {
  let contact: RegisterRequest.Contact
  let text: String
  let rule: RegistrarPolicy.ReplacementRule
  let isRemoving: Bool
  /// What this request has bound itself.
  let touched: Set<BindingKey>

  func matches(_ binding: Binding) -> Bool {
    if let instance = contact.instance, let regID = contact.regID {
      if binding.regID != nil { return binding.instance == instance && binding.regID == regID }
      // From before it did outbound.
      return !isRemoving && (isReplaced(binding) || isAtContact(binding, mayBeNameless: true))
    }
    if isReplaced(binding) { return true }
    return binding.regID == nil
      ? isAtContact(binding) : isAtContact(binding, mayBeNameless: isRemoving)
  }

  private func isReplaced(_ binding: Binding) -> Bool {
    rule == .instance && !isRemoving && contact.instance != nil
      && binding.instance == contact.instance && !touched.contains(binding.key)
  }

  /// By the URI comparison rules (RFC 3261 §19.1.4), the same text being the usual case.
  private func isAtContact(_ binding: Binding) -> Bool {
    binding.contact == text || SIPURI(binding.contact)?.matches(contact.uri) == true
  }

  /// At the same contact, and of the same phone, as far as both say which they are: phones in two
  /// private networks may share a contact.
  private func isAtContact(_ binding: Binding, mayBeNameless: Bool) -> Bool {
    guard isAtContact(binding) else { return false }
    if binding.instance == contact.instance { return true }
    return mayBeNameless && (binding.instance == nil || contact.instance == nil)
  }
}
