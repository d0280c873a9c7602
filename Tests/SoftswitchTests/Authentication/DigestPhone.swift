import SIP

@testable import Softswitch

/// A phone as the tests drive it: answers a challenge as RFC 7616 §3.4 says.
struct DigestPhone {
  var user = "alice"
  var password = "secret1"
  var realm = "example.test"
  var count: UInt32 = 0

  /// The next use of the nonce in the given challenges, for the first algorithm of them.
  mutating func credentials(
    _ challenges: [String], method: SIPMethod = .register, uri: String = "sip:example.test"
  ) throws -> DigestCredentials {
    guard let first = challenges.first, let challenge = DigestChallenge(first) else {
      throw NoChallenge()
    }
    count += 1
    return answer(challenge, method: method, uri: uri)
  }

  func answer(
    _ challenge: DigestChallenge, method: SIPMethod = .register, uri: String = "sip:example.test"
  ) -> DigestCredentials {
    var credentials = DigestCredentials(
      username: user, realm: challenge.realm, nonce: challenge.nonce, uri: uri, response: "",
      algorithm: challenge.algorithm, cnonce: "0a4f113b", qop: "auth", nc: count)
    sign(&credentials, method: method)
    return credentials
  }

  func sign(_ credentials: inout DigestCredentials, method: SIPMethod = .register) {
    guard let algorithm = DigestAlgorithm(parameter: credentials.algorithm) else { return }
    let hashes = CredentialHashes(user: user, realm: realm, password: password)
    let response = DigestResponse(algorithm: algorithm, credentials: credentials, method: method)
    credentials.response = hexadecimal(response.expected(secret: hashes[algorithm] ?? []))
  }

  struct NoChallenge: Error {}
}
