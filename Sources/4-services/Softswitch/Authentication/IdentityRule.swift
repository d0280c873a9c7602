import SIP

/// What an authenticated subscriber may claim to be.
package enum IdentityRule {
  /// RFC 3261 §10.3 step 4: a subscriber changes its own bindings only; others get 403.
  package static func mayRegister(_ aor: AddressOfRecord, as subscriber: Subscriber) -> Bool {
    aor == subscriber.address
  }

  /// Whether a From names the subscriber: by user or by number, in its own domain (which one of
  /// the node's addresses may stand for). If not, 403: nobody calls in another's name, and
  /// RFC 3261 §22.1 leaves it to the server to tie the user to the From. Who calls anonymously
  /// (RFC 3323 §4.1.1.3) names nobody, and is known by its credentials.
  package static func mayCall(
    from: URI, as subscriber: Subscriber, in directory: SubscriberDirectory
  ) -> Bool {
    if case .sip(let uri) = from, uri.host.lowercased() == "anonymous.invalid" {
      return true
    }
    guard case .sip(let uri) = from, let domain = directory.domain(ofHost: uri.host),
      domain == subscriber.address.domain
    else { return false }
    return directory.subscriber(dialled: from)?.address == subscriber.address
  }
}
