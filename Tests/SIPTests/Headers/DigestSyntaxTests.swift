import SIP
import Testing

struct DigestSyntaxTests {
  @Test("A challenge comes apart (RFC 3261 §20.44, RFC 7616 §3.9)")
  func challenge() throws {
    let challenge = try #require(
      DigestChallenge(
        "Digest realm=\"atlanta.com\",\r\n domain=\"sip:boxesbybob.com\" , qop=\"auth, auth-int\","
          + "nonce=\"f84f1cec41e6cbe5aea9c8e88d359\", opaque=\"\", stale=FALSE, algorithm=SHA-256"))
    #expect(challenge.realm == "atlanta.com")
    #expect(challenge.nonce == "f84f1cec41e6cbe5aea9c8e88d359")
    #expect(challenge.qop == ["auth", "auth-int"])
    #expect(challenge.opaque == "")
    #expect(!challenge.isStale)
    #expect(challenge.algorithm == "SHA-256")
    #expect(DigestChallenge(challenge.text) == challenge)
  }

  @Test("Credentials come apart (RFC 3261 §20.7, RFC 7616 §3.9.1)")
  func credentials() throws {
    let credentials = try #require(
      DigestCredentials(
        "digest username=\"Mu\\\"fasa\", realm=\"a, b\", URI=\"sip:a=b@c;x\", algorithm=MD5,"
          + " nonce=\"7ypf/xlj9XXwfDPEoM4\", nc=0000001F, cnonce=\"f2/wE4q74E6z\", qop=auth,"
          + " response=\"8ca523f5e9506fed4657c9700eebdbec\", opaque=\"FQhe/qaU925kfnz\""))
    #expect(credentials.username == "Mu\"fasa")
    #expect(credentials.realm == "a, b")
    #expect(credentials.uri == "sip:a=b@c;x")
    #expect(credentials.nc == 31)
    #expect(credentials.qop == "auth")
    #expect(credentials.text.contains("nc=0000001f"))
    #expect(DigestCredentials(credentials.text) == credentials)
  }

  @Test(
    "Malformed credentials are none",
    arguments: [
      "Basic dXNlcjpwdw==", "Digest", "Digest ", "Digest username=\"a\"",
      "Digest username=\"a\", realm=\"r\", nonce=\"n\", uri=\"u\", response=\"open",
      "Digest username=\"a\" realm=\"r\", nonce=\"n\", uri=\"u\", response=\"x\"",
      "Digest username=\"a\", username=\"b\", realm=\"r\", nonce=\"n\", uri=\"u\", response=\"x\"",
      "Digest username=\"a\", realm=\"r\", nonce=\"n\", uri=\"u\", response=\"x\", nc=1",
      "Digest username=\"a\", realm=\"r\", nonce=\"n\", uri=\"u\", response=\"x\", nc=+0000001",
      "Digest username=\"a\", realm=\"r\", nonce=\"n\", uri=\"u\", response=\"x\",",
    ])
  func malformed(text: String) {
    #expect(DigestCredentials(text) == nil)
  }

  @Test("An algorithm or qop that is no token is refused, since it is written without quotes")
  func tokens() {
    let rest = "Digest username=\"a\", realm=\"r\", nonce=\"n\", uri=\"u\", response=\"x\""
    #expect(DigestCredentials(rest + ", algorithm=\"MD5\", qop=\"auth\"")?.qop == "auth")
    for added in ["algorithm=\"f,g\"", "qop=\"f g\"", "algorithm=\"\"", "qop=\"auth,auth-int\""] {
      #expect(DigestCredentials(rest + ", " + added) == nil)
    }
    #expect(DigestChallenge("Digest realm=\"r\", nonce=\"n\", algorithm=\"f,g\"") == nil)
    #expect(DigestChallenge("Digest realm=\"r\", nonce=\"n\", qop=\"f=g\"") == nil)
  }

  @Test("More parameters than the limit are malformed")
  func tooMany() {
    let many = (0..<33).map { ", p\($0)=1" }.joined()
    #expect(DigestChallenge("Digest realm=\"r\", nonce=\"n\"") != nil)
    #expect(DigestChallenge("Digest realm=\"r\", nonce=\"n\"\(many)") == nil)
  }
}
