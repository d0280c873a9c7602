/// Whom TLS trusts, and what it takes.
package struct TLSPolicy: Equatable, Sendable {
  package enum Version: String, CaseIterable, Sendable {
    case v1_2 = "1.2"
    case v1_3 = "1.3"
  }

  /// A file of PEM with the certificates that others are verified by; nil for the system's.
  package var authorities: String?
  /// Whether a server that we connect to has to show a certificate that is good for its address.
  package var verifiesServers = true
  /// Whether a client has to show a certificate of one of the authorities.
  package var requiresClientCertificate = false
  /// RFC 8996 §4, §5: nothing below 1.2 is spoken.
  package var minimumVersion = Version.v1_2

  package init() {}

  /// - Throws: what is wrong with a file of authorities.
  package static func checkAuthorities(_ file: String) throws(CertificateProblem) {
    _ = try PEMFile(file).certificates()
  }
}
