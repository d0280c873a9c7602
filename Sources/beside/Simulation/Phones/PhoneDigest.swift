// Every call into OpenSSL of this target is in this file.
import COpenSSL
import SIP
import Softswitch

/// Answers challenges as RFC 7616 §3.4 says, with MD5 and `qop=auth`.
struct PhoneDigest {
  let user: String
  private let secret: String
  private var nonce = ""
  private var count: UInt32 = 0

  init(user: String, hashes: CredentialHashes) {
    self.user = user
    secret = hashes.hexadecimal(.md5) ?? ""
  }

  /// The next use of the challenge's nonce; nil for what is no challenge.
  mutating func credentials(
    _ challenge: String, method: SIPMethod, uri: String
  ) -> String? {
    guard let challenge = DigestChallenge(challenge) else { return nil }
    count = challenge.nonce == nonce ? count + 1 : 1
    nonce = challenge.nonce
    var credentials = DigestCredentials(
      username: user, realm: challenge.realm, nonce: nonce, uri: uri, response: "",
      algorithm: challenge.algorithm, cnonce: "0a4f113b", qop: "auth", nc: count)
    let digits = String(count, radix: 16)
    let nc = String(repeating: "0", count: 8 - digits.count) + digits
    let request = md5("\(method.name):\(uri)")
    credentials.response = md5("\(secret):\(nonce):\(nc):0a4f113b:auth:\(request)")
    return credentials.text
  }
}

private func md5(_ text: String) -> String {
  let bytes = Array(text.utf8)
  let digest = [UInt8](unsafeUninitializedCapacity: 16) { output, count in
    var written = 0
    let done = EVP_Q_digest(
      nil, "MD5", nil, bytes, bytes.count, output.baseAddress, &written)
    precondition(done == 1 && written == 16, "OpenSSL cannot compute MD5")
    count = 16
  }
  return digest.map { byte in
    let digits = String(byte, radix: 16)
    return digits.count == 1 ? "0" + digits : digits
  }.joined()
}
