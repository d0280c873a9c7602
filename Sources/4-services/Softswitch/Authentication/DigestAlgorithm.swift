/// A hash algorithm of digest authentication, strongest first (RFC 8760 §2.1, RFC 7616 §6.1).
///
/// The `-sess` variants are never offered, and refused when a client invents them: they save a
/// server that shares its user database one hash, and cost it state.
package enum DigestAlgorithm: String, CaseIterable, Hashable, Sendable {
  case sha512_256 = "SHA-512-256"
  case sha256 = "SHA-256"
  case md5 = "MD5"

  /// Reads an `algorithm` parameter; without one it is MD5 (RFC 7616 §3.3).
  package init?(parameter: String?) {
    guard let parameter else {
      self = .md5
      return
    }
    let upper = parameter.uppercased()
    guard let algorithm = Self.allCases.first(where: { $0.rawValue == upper }) else { return nil }
    self = algorithm
  }

  /// The length of a digest in bytes.
  package var digestBytes: Int {
    switch self {
    case .md5: 16
    case .sha256, .sha512_256: 32
    }
  }
}
