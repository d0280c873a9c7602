/// How strict digest authentication is, and what it may cost.
package struct AuthenticationPolicy: Equatable, Sendable {
  /// The challenges to send, in this order, thus strongest first (RFC 8760 §2.3).
  ///
  /// Only MD5 unless the operator asks for more. That is a deviation from RFC 8760's spirit: many
  /// phones in the field give up when they see an algorithm that they do not know, instead of
  /// passing it over as RFC 8760 §2.4 tells them to (baresip 1.0 at any, SIPp 3.6 at the first).
  package var algorithms: [DigestAlgorithm] = [.md5]

  /// How long a nonce serves before the client is handed a new one, without asking its user.
  package var nonceLifetime: Duration = .seconds(300)

  /// The most nonces in use that are remembered, at about 150 bytes each.
  package var trackedNonces = 262_144

  /// Whether credentials without `qop`, thus without a nonce count, are taken (RFC 2069's way,
  /// RFC 7616 §3.4). Each nonce then serves one request. RFC 8760 §2.6 has every client that is
  /// asked for `qop` send it, and every challenge asks.
  package var acceptsMissingQop = false

  /// The most Authorization rows of one request that are looked at.
  package var credentialsPerRequest = 8

  package var guessing = GuessingPolicy()

  package init() {}

  /// A client may always use a stronger algorithm than the weakest that is offered.
  func accepts(_ algorithm: DigestAlgorithm) -> Bool {
    let strength = DigestAlgorithm.allCases
    guard
      let place = strength.firstIndex(of: algorithm),
      let weakest = algorithms.compactMap({ strength.firstIndex(of: $0) }).max()
    else { return false }
    return place <= weakest
  }
}
