import Machines
import SIP
import Testing

@testable import Softswitch

@Suite("Digest authentication")
struct DigestAuthenticatorTests {
  private let key = [UInt8](0..<32)
  private let start = 1_800_000_000
  private let alice = CredentialHashes(user: "alice", realm: "example.test", password: "secret1")

  private func now(_ seconds: Int) -> Now {
    let nanoseconds = Int64(start + seconds) * 1_000_000_000
    return Now(
      steady: Instant(nanoseconds: nanoseconds), wall: WallTime(nanoseconds: nanoseconds))
  }

  private func authenticator(
    _ change: (inout AuthenticationPolicy) -> Void = { _ in }
  ) -> DigestAuthenticator {
    var policy = AuthenticationPolicy()
    change(&policy)
    return DigestAuthenticator(key: key, policy: policy, startedAt: now(-1).wall)
  }

  private func challenge(
    _ authenticator: DigestAuthenticator, seed: UInt64 = 1, at seconds: Int = 0
  ) -> [String] {
    var randomness = Randomness.seeded(seed)
    return authenticator.challenges(
      realm: "example.test", isStale: false, now: now(seconds), randomness: &randomness)
  }

  private func verify(
    _ authenticator: inout DigestAuthenticator, _ credentials: DigestCredentials,
    requestURI: String = "sip:example.test", hashes: CredentialHashes?, transaction: UInt64 = 1,
    at seconds: Int = 1
  ) -> AuthenticationResult {
    authenticator.verify(
      credentials, realm: "example.test", method: .register, requestURI: requestURI,
      hashes: hashes, transaction: transaction, now: now(seconds))
  }

  @Test("Challenges are one a configured algorithm, in that order, with qop (RFC 8760 §2.3, §2.6)")
  func challengeOrder() throws {
    let all = challenge(authenticator { $0.algorithms = DigestAlgorithm.allCases })
    let parsed = all.compactMap { DigestChallenge($0) }
    #expect(parsed.map(\.algorithm) == ["SHA-512-256", "SHA-256", "MD5"])
    #expect(parsed.allSatisfy { $0.qop == ["auth"] && $0.realm == "example.test" && !$0.isStale })
    #expect(challenge(authenticator()).count == 1)
    var randomness = Randomness.seeded(1)
    let some = authenticator { $0.algorithms = DigestAlgorithm.allCases }.challenges(
      realm: "example.test", isStale: true, available: [.md5], now: now(0),
      randomness: &randomness)
    #expect(some.compactMap { DigestChallenge($0)?.algorithm } == ["MD5"])
    #expect(some.compactMap { DigestChallenge($0)?.isStale } == [true])
  }

  @Test("The right password is accepted", arguments: DigestAlgorithm.allCases)
  func accepted(_ algorithm: DigestAlgorithm) throws {
    var server = authenticator { $0.algorithms = [algorithm] }
    var phone = DigestPhone()
    let credentials = try phone.credentials(challenge(server))
    #expect(verify(&server, credentials, hashes: alice) == .accepted)
  }

  @Test("A stronger algorithm than offered is accepted, a weaker one is not")
  func strength() throws {
    for (offered, used, result) in [
      (DigestAlgorithm.md5, "SHA-256", AuthenticationResult.accepted),
      (.sha256, "MD5", .wrong), (.sha256, "SHA-512-256", .accepted), (.sha256, "SHA-1", .wrong),
    ] {
      var server = authenticator { $0.algorithms = [offered] }
      var phone = DigestPhone()
      var credentials = try phone.credentials(challenge(server))
      credentials.algorithm = used
      phone.sign(&credentials)
      #expect(verify(&server, credentials, hashes: alice) == result)
    }
  }

  @Test("A wrong password and an unknown user are refused alike, and cost no memory")
  func wrong() throws {
    var server = authenticator()
    var liar = DigestPhone(password: "guess")
    let guess = try liar.credentials(challenge(server))
    #expect(verify(&server, guess, hashes: alice) == .wrong)
    #expect(verify(&server, guess, hashes: nil) == .wrong)
    // The decoy that stands in for the unknown user is no way in either.
    let decoy = DigestPhone(user: "", password: hexadecimal(key), realm: "")
    var signed = guess
    decoy.sign(&signed)
    #expect(verify(&server, signed, hashes: nil) == .wrong)
    #expect(server.trackedNonces == 0)
  }

  @Test(
    "One changed thing makes the response wrong",
    arguments: ["username", "nonce", "uri", "cnonce", "nc", "response", "empty", "short"])
  func tampered(_ part: String) throws {
    var server = authenticator()
    var phone = DigestPhone()
    var credentials = try phone.credentials(challenge(server))
    switch part {
    case "nonce": credentials.nonce += "0"
    case "uri": credentials.uri = "sip:example.test;x"
    case "cnonce": credentials.cnonce = "1"
    case "nc": credentials.nc = 2
    case "response": credentials.response = String(credentials.response.reversed())
    case "empty": credentials.response = ""
    case "short": credentials.response = String(credentials.response.dropLast(2))
    default: break
    }
    let hashes =
      part == "username"
      ? CredentialHashes(user: "bob", realm: "example.test", password: "secret2") : alice
    #expect(verify(&server, credentials, hashes: hashes) == .wrong)
  }

  @Test("Credentials that contradict themselves or the request are malformed (RFC 7616 §3.4)")
  func malformed() throws {
    var server = authenticator()
    var phone = DigestPhone()
    let good = try phone.credentials(challenge(server))
    let changes: [(inout DigestCredentials) -> Void] = [
      { $0.nc = nil }, { $0.nc = 0 }, { $0.cnonce = nil }, { $0.qop = "auth-int" },
      { $0.realm = "example.org" },
    ]
    for change in changes {
      var credentials = good
      change(&credentials)
      phone.sign(&credentials)
      #expect(verify(&server, credentials, hashes: alice) == .malformed)
    }
    let forBob = try phone.credentials(challenge(server), uri: "sip:bob@example.test")
    let other = "sip:eve@example.test"
    #expect(verify(&server, forBob, requestURI: other, hashes: alice) == .malformed)
    #expect(verify(&server, good, hashes: alice) == .accepted)
  }

  @Test(
    "The digest URI names the same user or none; the rest may differ (RFC 8760 §2.6 item 6)",
    arguments: [
      ("sip:bob@example.test", "sip:bob@example.test", true),
      ("sip:bob@example.test", "sip:bob@192.0.2.1:5070;transport=tcp", true),
      ("sip:b%6fb@example.test", "sip:bob@example.test", true),
      ("sip:example.test", "sip:192.0.2.1", true),
      ("sip:bob@example.test", "sip:alice@example.test", false),
      ("sip:127.0.0.1:5060", "sip:bob@example.test", true),
      ("sip:bob@example.test", "sip:example.test", false),
      ("tel:+15550002", "tel:+15550002", true),
      ("tel:+15550002", "sip:+15550002@example.test", false),
      ("garbage", "sip:example.test", false),
    ])
  func digestURI(_ digest: String, _ request: String, _ agrees: Bool) {
    #expect(DigestURIRule.agrees(digest, with: request) == agrees)
  }

  @Test("Credentials without qop are refused, unless configured, and then serve one request")
  func missingQop() throws {
    var strict = authenticator()
    var lenient = authenticator { $0.acceptsMissingQop = true }
    var phone = DigestPhone()
    var credentials = try phone.credentials(challenge(strict))
    (credentials.qop, credentials.nc, credentials.cnonce) = (nil, nil, nil)
    phone.sign(&credentials)
    #expect(verify(&strict, credentials, hashes: alice) == .wrong)
    #expect(verify(&lenient, credentials, hashes: alice) == .accepted)
    #expect(verify(&lenient, credentials, hashes: alice) == .retransmission)
    #expect(verify(&lenient, credentials, hashes: alice, transaction: 2) == .replayed)
  }

  @Test("A nonce serves until its lifetime is over, and then is stale, not wrong")
  func lifetime() throws {
    var server = authenticator()
    var phone = DigestPhone()
    let challenges = challenge(server)
    #expect(
      verify(&server, try phone.credentials(challenges), hashes: alice, at: 299) == .accepted)
    let late = try phone.credentials(challenges)
    #expect(verify(&server, late, hashes: alice, transaction: 2, at: 300) == .stale)
    var liar = DigestPhone(password: "guess")
    let lateGuess = try liar.credentials(challenges)
    #expect(verify(&server, lateGuess, hashes: alice, at: 300) == .wrong)
    let future = try phone.credentials(challenges)
    #expect(verify(&server, future, hashes: alice, transaction: 3, at: -10) == .stale)
  }

  @Test("A replayed count is refused, a retransmission is told apart (RFC 7616 §3.4)")
  func replay() throws {
    var server = authenticator()
    var phone = DigestPhone()
    let challenges = challenge(server)
    let first = try phone.credentials(challenges)
    #expect(verify(&server, first, hashes: alice, transaction: 1) == .accepted)
    #expect(verify(&server, first, hashes: alice, transaction: 1) == .retransmission)
    #expect(verify(&server, first, hashes: alice, transaction: 2) == .replayed)
    let second = try phone.credentials(challenges)
    #expect(verify(&server, second, hashes: alice, transaction: 2) == .accepted)
    #expect(server.trackedNonces == 1)
  }

  @Test("A restart opens no replay: nonces of the process before are stale")
  func restart() throws {
    var before = authenticator()
    var phone = DigestPhone()
    let credentials = try phone.credentials(challenge(before))
    #expect(verify(&before, credentials, hashes: alice, at: 1) == .accepted)
    var after = DigestAuthenticator(key: key, startedAt: now(2).wall)
    #expect(verify(&after, credentials, hashes: alice, transaction: 9, at: 3) == .stale)
  }

  @Test("A full table forgets the oldest nonce, which then is stale and never fresh again")
  func eviction() throws {
    var server = authenticator { $0.trackedNonces = 2 }
    var used: [DigestCredentials] = []
    for second in 0..<4 {
      var phone = DigestPhone()
      let credentials = try phone.credentials(
        challenge(server, seed: UInt64(second), at: second))
      #expect(verify(&server, credentials, hashes: alice, at: second) == .accepted)
      used.append(credentials)
      #expect(server.trackedNonces <= 2)
    }
    let again = used.map { verify(&server, $0, hashes: alice, transaction: 2, at: 5) }
    #expect(again == [.stale, .stale, .replayed, .replayed])
  }

  @Test("Expired nonces make room before any is forgotten early")
  func expiry() throws {
    var server = authenticator { $0.trackedNonces = 2 }
    for second in [0, 1, 400] {
      var phone = DigestPhone()
      let credentials = try phone.credentials(
        challenge(server, seed: UInt64(second), at: second))
      #expect(verify(&server, credentials, hashes: alice, at: second) == .accepted)
    }
    #expect(server.trackedNonces == 1)
  }

  @Test("A table that turned over two thousand nonces still holds no more than its limit")
  func turnover() throws {
    var server = authenticator { $0.trackedNonces = 10 }
    for round in 0..<2000 {
      var phone = DigestPhone()
      let credentials = try phone.credentials(challenge(server, seed: UInt64(round), at: round))
      #expect(verify(&server, credentials, hashes: alice, at: round) == .accepted)
    }
    #expect(server.trackedNonces == 10)
  }
}
