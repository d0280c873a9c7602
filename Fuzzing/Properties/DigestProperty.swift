import SIP

func checkDigest(_ octets: [UInt8]) throws(PropertyViolation) {
  let text = headerValue(octets)
  if let challenge = DigestChallenge(text) {
    try expectEqual("a challenge", DigestChallenge(challenge.text), challenge)
  }
  if let credentials = DigestCredentials(text) {
    try expectEqual("credentials", DigestCredentials(credentials.text), credentials)
  }
}
