import SIP
import Testing

@testable import Softswitch

/// One worked example of the digest arithmetic, checked with another implementation.
struct DigestVector: Sendable, CustomTestStringConvertible {
  var section: String
  var algorithm: DigestAlgorithm
  var user: String
  var realm: String
  var password: String
  var method: String
  var uri: String
  var nonce: String
  var cnonce: String?
  var count: UInt32?
  var response: String

  var testDescription: String { "\(section), \(algorithm.rawValue)" }
}

private func mufasa(_ algorithm: DigestAlgorithm, _ response: String) -> DigestVector {
  DigestVector(
    section: "RFC 7616 §3.9.1", algorithm: algorithm, user: "Mufasa",
    realm: "http-auth@example.org", password: "Circle of Life", method: "GET",
    uri: "/dir/index.html", nonce: "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
    cnonce: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", count: 1, response: response)
}

private func bob(_ algorithm: DigestAlgorithm, _ response: String) -> DigestVector {
  DigestVector(
    section: "computed with Python's hashlib", algorithm: algorithm, user: "bob",
    realm: "example.test", password: "zañzibar", method: "REGISTER", uri: "sip:example.test",
    nonce: "abc", cnonce: "xyz", count: 0x1F, response: response)
}

private let vectors: [DigestVector] = [
  mufasa(.md5, "8ca523f5e9506fed4657c9700eebdbec"),
  mufasa(.sha256, "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
  // The RFC prints ae66e67d…79dd, which is what SHA-512 cut to 256 bits gives. SHA-512/256
  // (FIPS 180-4 §5.3.6), which the text asks for and OpenSSL computes, gives this.
  DigestVector(
    section: "RFC 7616 §3.9.2", algorithm: .sha512_256, user: "Jäsøn Doe",
    realm: "api@example.org", password: "Secret, or not?", method: "GET", uri: "/doe.json",
    nonce: "5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK",
    cnonce: "NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v", count: 1,
    response: "3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5"),
  DigestVector(
    section: "RFC 2617 §3.5", algorithm: .md5, user: "Mufasa", realm: "testrealm@host.com",
    password: "Circle Of Life", method: "GET", uri: "/dir/index.html",
    nonce: "dcd98b7102dd2f0e8b11d0f600bfb0c093", cnonce: "0a4f113b", count: 1,
    response: "6629fae49393a05397450978507c4ef1"),
  DigestVector(
    section: "without qop, computed with hashlib", algorithm: .md5, user: "Mufasa",
    realm: "testrealm@host.com", password: "Circle Of Life", method: "GET",
    uri: "/dir/index.html", nonce: "dcd98b7102dd2f0e8b11d0f600bfb0c093",
    response: "670fd8c2df070c60b045671b8b24ff02"),
  bob(.md5, "b9dffe2fc3aece5de0703dead9d5110a"),
  bob(.sha256, "a00896ebbd95f451effee1dbababeeb35d2f3bc927e6a2cd327993d4c19c0dfc"),
  bob(.sha512_256, "99399c4d06212710192d6a09a4618d590b3d63d8e280ea76e216b26391c2fe12"),
]

@Suite("The digest arithmetic")
struct DigestVectorTests {
  @Test("A response is the one that the RFC and other implementations compute", arguments: vectors)
  func response(_ vector: DigestVector) throws {
    let hashes = CredentialHashes(
      user: vector.user, realm: vector.realm, password: vector.password)
    let credentials = DigestCredentials(
      username: vector.user, realm: vector.realm, nonce: vector.nonce, uri: vector.uri,
      response: "", cnonce: vector.cnonce, qop: vector.cnonce == nil ? nil : "auth",
      nc: vector.count)
    let response = DigestResponse(
      algorithm: vector.algorithm, credentials: credentials, method: SIPMethod(vector.method))
    let secret = try #require(hashes[vector.algorithm])
    #expect(hexadecimal(response.expected(secret: secret)) == vector.response)
  }

  @Test(
    "The digest of nothing is the one that RFC 3261 §22.4 and RFC 8760 §2.6 print",
    arguments: [
      (DigestAlgorithm.md5, "d41d8cd98f00b204e9800998ecf8427e"),
      (.sha256, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      (.sha512_256, "c672b8d1ef56ed28ab87c3622c5114069bdd3ad7b8f9737498d0c01ecef0967a"),
    ])
  func emptyDigest(_ algorithm: DigestAlgorithm, _ digest: String) {
    #expect(hexadecimal(algorithm.digest([])) == digest)
  }

  @Test("The message authentication code is that of RFC 4231 §4.2")
  func messageAuthentication() {
    let code = messageAuthenticationCode(
      of: Array("Hi There".utf8), key: Array(repeating: 0x0B, count: 20))
    #expect(
      hexadecimal(code) == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7")
  }

  @Test(
    "An algorithm parameter is read without regard to case, MD5 being meant without one",
    arguments: [
      (nil, .md5), ("MD5", .md5), ("md5", .md5), ("sha-256", .sha256),
      ("SHA-512-256", .sha512_256), ("MD5-sess", nil), ("SHA-1", nil), ("", nil),
    ] as [(String?, DigestAlgorithm?)])
  func algorithmParameter(_ parameter: String?, _ algorithm: DigestAlgorithm?) {
    #expect(DigestAlgorithm(parameter: parameter) == algorithm)
  }
}
