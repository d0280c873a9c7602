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
  /// Which bindings a new one takes the place of.
  package var replacement = ReplacementRule.instance
  package var path = PathRule.supported
  /// How often a phone is asked to show that its flow lives (RFC 5626 §5.4); nil: as it likes.
  package var flowTimer: Duration? = .seconds(120)
  /// The most hops of a Path.
  package var maximumHops = 8
  /// The longest contact URI and Call-ID that is kept, in bytes.
  package var maximumFieldBytes = 1024

  package init() {}

  /// How a phone that comes with another contact is told from another phone.
  package enum ReplacementRule: String, CaseIterable, Sendable {
    /// By `+sip.instance`, where it says one: the phone that changed its port or its network
    /// leaves no binding behind that rings nowhere.
    case instance
    /// Not at all: every contact is a phone, as RFC 3261 §10.3 has it.
    case contact
  }

  /// Whose Path is taken (RFC 3327 §5.3).
  package enum PathRule: String, CaseIterable, Sendable {
    /// That of phones which say that they know of it; others are answered 420, as recommended.
    case supported
    /// Everybody's.
    case always
    /// Nobody's: 420.
    case never
  }
}
