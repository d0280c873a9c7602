import Machines
import SIP

/// Digest authentication as a server does it (RFC 3261 §22, RFC 7616, RFC 8760): hands out
/// challenges and judges the answers.
///
/// A challenge costs no memory; what is kept, and bounded, is the nonces that somebody has logged
/// in with. One owner uses it; a second one with the same key could be talked into taking a
/// request twice.
package struct DigestAuthenticator: Sendable {
  package internal(set) var policy: AuthenticationPolicy
  private let mint: NonceMint
  private var nonces: NonceTable
  /// Stands in for the hashes of users that do not exist.
  private let nobody: CredentialHashes

  /// - Parameters:
  ///   - key: the node's secret, 32 random bytes; nonces outlive a restart with it, though one
  ///     from before `startedAt` is answered with a fresh challenge.
  package init(
    key: [UInt8], policy: AuthenticationPolicy = AuthenticationPolicy(), startedAt: WallTime
  ) {
    self.policy = policy
    mint = NonceMint(key: key)
    nonces = NonceTable(
      capacity: policy.trackedNonces, lifetime: policy.nonceLifetime, startedAt: startedAt)
    nobody = CredentialHashes(user: "", realm: "", password: hexadecimal(key))
  }

  /// How many nonces are remembered.
  package var trackedNonces: Int { nonces.count }

  /// The values of WWW-Authenticate or Proxy-Authenticate, one a row, in the order to send them
  /// (RFC 8760 §2.3).
  ///
  /// - Parameter available: those that the domain's subscribers have hashes for; others would
  ///   lead every client that prefers them into failure. Never made to depend on the user, which
  ///   would tell strangers who exists.
  package func challenges(
    realm: String, isStale: Bool, available: Set<DigestAlgorithm>? = nil, now: Now,
    randomness: inout Randomness
  ) -> [String] {
    let nonce = mint.issue(realm: realm, now: now.wall, randomness: &randomness)
    return policy.algorithms.filter { available?.contains($0) ?? true }.map {
      DigestChallenge(
        realm: realm, nonce: nonce, isStale: isStale, algorithm: $0.rawValue, qop: ["auth"]
      ).text
    }
  }

  /// Judges credentials for `realm`.
  ///
  /// - Parameters:
  ///   - hashes: the user's; nil for a user that does not exist, who costs the same time.
  ///   - transaction: what the request has in common with its retransmissions.
  package mutating func verify(
    _ credentials: DigestCredentials, realm: String, method: SIPMethod, requestURI: String,
    hashes: CredentialHashes?, transaction: UInt64, now: Now
  ) -> AuthenticationResult {
    guard credentials.realm == realm, let count = nonceCount(credentials),
      DigestURIRule.agrees(credentials.uri, with: requestURI)
    else { return .malformed }
    guard let algorithm = DigestAlgorithm(parameter: credentials.algorithm),
      policy.accepts(algorithm), credentials.qop != nil || policy.acceptsMissingQop
    else { return .wrong }
    guard isRight(credentials, algorithm: algorithm, method: method, hashes: hashes) else {
      return .wrong
    }
    guard let nonce = mint.read(credentials.nonce, realm: realm),
      !nonces.isStale(nonce, at: now.wall)
    else { return .stale }
    let admission = nonces.admit(
      count, of: nonce, request: transaction, by: Fingerprint.of(credentials.username),
      at: now.wall)
    return switch admission {
    case .fresh: .accepted
    case .retransmission: .retransmission
    case .replayed: .replayed
    }
  }

  /// Whether the credentials name a nonce of ours.
  func isOurs(_ credentials: DigestCredentials, realm: String) -> Bool {
    mint.read(credentials.nonce, realm: realm) != nil
  }

  /// Nil where `nc`, `cnonce` and `qop` do not fit together (RFC 7616 §3.4). Without `qop` there
  /// is no count: the nonce serves one request.
  private func nonceCount(_ credentials: DigestCredentials) -> UInt32? {
    guard let qop = credentials.qop else { return 1 }
    guard qop.lowercased() == "auth", credentials.cnonce != nil, let count = credentials.nc,
      count > 0
    else { return nil }
    return count
  }

  private func isRight(
    _ credentials: DigestCredentials, algorithm: DigestAlgorithm, method: SIPMethod,
    hashes: CredentialHashes?
  ) -> Bool {
    // The same steps for everybody: each of the two is looked up whether or not there is a user.
    let found = (hashes ?? nobody)[algorithm]
    let decoy = nobody[algorithm] ?? []
    let response = DigestResponse(algorithm: algorithm, credentials: credentials, method: method)
    let expected = response.expected(secret: found ?? decoy)
    let given = bytes(hexadecimal: credentials.response) ?? []
    return equalInConstantTime(expected, given) && hashes != nil && found != nil
  }
}
