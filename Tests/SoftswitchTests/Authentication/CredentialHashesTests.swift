import Testing

@testable import Softswitch

@Suite("Stored credentials")
struct CredentialHashesTests {
  private let hashes = CredentialHashes(user: "bob", realm: "example.test", password: "zañzibar")

  @Test(
    "A password is kept as the hash of user, realm and password (RFC 7616 §3.4.2)",
    arguments: [
      (DigestAlgorithm.md5, "79086a5d051b53bf05e27cc1ae754920"),
      (.sha256, "a657e27367a76f86d79f8278faf1b161cc1ddab1f88af0e313d7a94457f5ca4d"),
      (.sha512_256, "1a7bee847b7a38b3122ff1488b42ea7aa8b12db390f03d37644dedd9eb8c5ecd"),
    ])
  func secret(_ algorithm: DigestAlgorithm, _ text: String) {
    #expect(hashes.hexadecimal(algorithm) == text)
  }

  @Test("Hashes go out and come back as hexadecimal")
  func roundTrip() {
    let again = CredentialHashes(
      md5: hashes.hexadecimal(.md5), sha256: hashes.hexadecimal(.sha256)?.uppercased(),
      sha512_256: hashes.hexadecimal(.sha512_256))
    #expect(again == hashes)
    #expect(again?.algorithms == Set(DigestAlgorithm.allCases))
  }

  @Test("One algorithm is enough, and the others are missing")
  func oneAlgorithm() throws {
    let only = try #require(
      CredentialHashes(md5: hashes.hexadecimal(.md5), sha256: nil, sha512_256: nil))
    #expect(only.algorithms == [.md5])
    #expect(only.hexadecimal(.sha256) == nil)
    #expect(only != hashes)
  }

  @Test(
    "What is no hash is refused",
    arguments: [
      (nil, nil), ("", nil), ("79086a5d051b53bf05e27cc1ae75492", nil),
      ("79086a5d051b53bf05e27cc1ae75492g", nil),
      (nil, "79086a5d051b53bf05e27cc1ae754920"), ("password", nil),
    ] as [(String?, String?)])
  func refused(_ md5: String?, _ sha256: String?) {
    #expect(CredentialHashes(md5: md5, sha256: sha256, sha512_256: nil) == nil)
  }

  @Test("No description shows a hash")
  func redacted() {
    var dumped = ""
    dump(hashes, to: &dumped)
    for text in ["\(hashes)", String(reflecting: hashes), dumped, "\([hashes])"] {
      #expect(!text.contains("79086a5d"))
      #expect(!text.contains("121"))
    }
  }
}
