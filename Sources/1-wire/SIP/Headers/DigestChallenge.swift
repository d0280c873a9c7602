/// What WWW-Authenticate and Proxy-Authenticate ask for (RFC 3261 §22, RFC 7616 §3.3, RFC 8760):
/// the syntax, not the arithmetic.
public struct DigestChallenge: Hashable, Sendable {
  public var realm: String
  public var nonce: String
  public var opaque: String?
  /// The nonce was too old; the password may have been right.
  public var isStale: Bool
  /// `MD5`, `SHA-256`, `SHA-512-256`; nil means MD5 (RFC 3261 §22.4).
  public var algorithm: String?
  /// `auth`, `auth-int`; empty as RFC 2069 had it.
  public var qop: [String]

  public init(
    realm: String, nonce: String, opaque: String? = nil, isStale: Bool = false,
    algorithm: String? = nil, qop: [String] = []
  ) {
    self.realm = realm
    self.nonce = nonce
    self.opaque = opaque
    self.isStale = isStale
    self.algorithm = algorithm
    self.qop = qop
  }

  /// One row's value; nil if it is malformed or not Digest.
  public init?(_ headerValue: String) {
    guard let values = AuthenticationParameters(digest: headerValue),
      let realm = values["realm"], let nonce = values["nonce"],
      values.isToken("algorithm")
    else { return nil }
    let qop = (values["qop"] ?? "").split { $0 == "," || $0.isWhitespace }
    guard qop.allSatisfy({ $0.utf8.allSatisfy(\.isToken) }) else { return nil }
    self.realm = realm
    self.nonce = nonce
    opaque = values["opaque"]
    isStale = values["stale"]?.equalsIgnoringCase("true") ?? false
    algorithm = values["algorithm"]
    self.qop = qop.map(String.init)
  }

  public var text: String {
    var text = "Digest realm=\(QuotedString.quoting(realm)), nonce=\(QuotedString.quoting(nonce))"
    if let opaque { text += ", opaque=\(QuotedString.quoting(opaque))" }
    if isStale { text += ", stale=TRUE" }
    if let algorithm { text += ", algorithm=\(algorithm)" }
    if !qop.isEmpty { text += ", qop=\(QuotedString.quoting(qop.joined(separator: ",")))" }
    return text
  }
}
