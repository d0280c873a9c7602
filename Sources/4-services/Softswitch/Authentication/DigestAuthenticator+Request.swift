import Machines
import SIP

extension DigestAuthenticator {
  /// Authenticates a request that comes from outside a dialog.
  ///
  /// - Parameters:
  ///   - hashes: looks a user of the realm up; nil if there is none.
  ///   - available: see `challenges`.
  package mutating func authenticate(
    _ request: SIPMessage, realm: String, available: Set<DigestAlgorithm>? = nil, now: Now,
    randomness: inout Randomness, hashes: (String) -> CredentialHashes?
  ) -> AuthenticationOutcome {
    let kind = ChallengeKind(for: request.method)
    var cause: AuthenticationResult?
    if let credentials = credentials(in: request, header: kind.credentialsHeader, realm: realm) {
      let result = verify(
        credentials, realm: realm, method: request.method, requestURI: request.requestURIText,
        hashes: hashes(credentials.username), transaction: Fingerprint.ofTransaction(request),
        now: now)
      switch result {
      case .accepted, .retransmission:
        return .authenticated(
          user: credentials.username, isRetransmission: result == .retransmission)
      case .malformed:
        return .malformed
      case .stale, .replayed, .wrong:
        cause = result
      }
    }
    let headers = challenges(
      realm: realm, isStale: cause == .stale || cause == .replayed, available: available,
      now: now, randomness: &randomness
    ).map { HeaderField(kind.challengeHeader, $0) }
    return .challenge(kind, headers: headers, cause: cause)
  }

  /// Whom a request's credentials name; nil without any.
  func claimedUser(in request: SIPMessage, realm: String) -> String? {
    let header = ChallengeKind(for: request.method).credentialsHeader
    return credentials(in: request, header: header, realm: realm)?.username
  }

  /// A request may carry credentials for several realms, and left-over ones for an older nonce of
  /// ours (RFC 3261 §22.3): the one whose nonce we issued is meant.
  private func credentials(
    in request: SIPMessage, header: HeaderName, realm: String
  ) -> DigestCredentials? {
    let ours = request.rows(header).prefix(policy.credentialsPerRequest)
      .compactMap { DigestCredentials($0) }
      .filter { $0.realm == realm }
    if ours.count < 2 { return ours.first }
    // The last is the youngest where a client appends.
    return ours.last { isOurs($0, realm: realm) } ?? ours.last
  }
}
