/// What the registrar grants, and what it may cost.
package struct RegistrarPolicy: Equatable, Sendable {
  /// The shortest expiry to be granted; a shorter one is answered 423 (RFC 3261 §10.3 step 7).
  /// Over an hour it counts as one, because §10.3 lets no expiry of an hour be refused.
  package var minimumExpires: Duration = .seconds(60)
  /// Longer ones are cut to it.
  package var maximumExpires: Duration = .seconds(3600)
  /// For a request that asks for nothing in particular.
  package var defaultExpires: Duration = .seconds(3600)
  /// The most bindings of one address-of-record.
  package var maximumBindings = 10
  /// The most bindings of all.
  package var maximumRegistrations = 200_000
  /// The longest contact URI and Call-ID that is kept, in bytes.
  package var maximumFieldBytes = 1024

  package init() {}
}
