/// What Authorization and Proxy-Authorization answer (RFC 3261 §22, RFC 7616 §3.4, RFC 8760): the
/// syntax, not the arithmetic.
public struct DigestCredentials: Hashable, Sendable {
  public var username: String
  public var realm: String
  public var nonce: String
  public var uri: String
  /// Hexadecimal, as the client wrote it.
  public var response: String
  public var algorithm: String?
  public var cnonce: String?
  public var qop: String?
  /// The nonce count, eight hexadecimal digits.
  public var nc: UInt32?
  public var opaque: String?

  public init(
    username: String, realm: String, nonce: String, uri: String, response: String,
    algorithm: String? = nil, cnonce: String? = nil, qop: String? = nil, nc: UInt32? = nil,
    opaque: String? = nil
  ) {
    self.username = username
    self.realm = realm
    self.nonce = nonce
    self.uri = uri
    self.response = response
    self.algorithm = algorithm
    self.cnonce = cnonce
    self.qop = qop
    self.nc = nc
    self.opaque = opaque
  }

  /// One row's value; nil if it is malformed or not Digest.
  public init?(_ headerValue: String) {
    guard let values = AuthenticationParameters(digest: headerValue),
      let username = values["username"], let realm = values["realm"],
      let nonce = values["nonce"], let uri = values["uri"], let response = values["response"],
      values.isToken("algorithm"), values.isToken("qop")
    else { return nil }
    if let text = values["nc"] {
      guard text.utf8.count == 8, text.utf8.allSatisfy({ $0.hexDigit != nil }) else { return nil }
      nc = UInt32(text, radix: 16)
    }
    self.username = username
    self.realm = realm
    self.nonce = nonce
    self.uri = uri
    self.response = response
    algorithm = values["algorithm"]
    cnonce = values["cnonce"]
    qop = values["qop"]
    opaque = values["opaque"]
  }

  public var text: String {
    var text = "Digest username=\(QuotedString.quoting(username))"
    text += ", realm=\(QuotedString.quoting(realm)), nonce=\(QuotedString.quoting(nonce))"
    text += ", uri=\(QuotedString.quoting(uri)), response=\(QuotedString.quoting(response))"
    if let algorithm { text += ", algorithm=\(algorithm)" }
    if let cnonce { text += ", cnonce=\(QuotedString.quoting(cnonce))" }
    if let opaque { text += ", opaque=\(QuotedString.quoting(opaque))" }
    if let qop { text += ", qop=\(qop)" }
    if let nc {
      let digits = String(nc, radix: 16)
      text += ", nc=\(String(repeating: "0", count: 8 - digits.count))\(digits)"
    }
    return text
  }
}
