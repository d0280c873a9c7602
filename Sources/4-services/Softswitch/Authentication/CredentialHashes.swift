/// A password as digest authentication needs it: the hash of `user:realm:password` (H(A1) of
/// RFC 7616 §3.4.2) for each algorithm that is known.
///
/// Who has a hash can log in with it, so no description shows one. One buffer holds all, because
/// a hundred thousand subscribers keep theirs in memory.
package struct CredentialHashes: Equatable, Sendable {
  /// MD5 at 0, SHA-256 at 16, SHA-512-256 at 48; zeros where an algorithm is missing.
  private var octets = [UInt8](repeating: 0, count: 80)
  private var presence: UInt8 = 0

  /// The algorithms that a hash is known for: at least one.
  package var algorithms: Set<DigestAlgorithm> {
    Set(DigestAlgorithm.allCases.filter { presence & $0.presenceBit != 0 })
  }

  /// Hashes a password for every algorithm. The texts are hashed as the UTF-8 that they are.
  package init(user: String, realm: String, password: String) {
    let secret = Array("\(user):\(realm):\(password)".utf8)
    for algorithm in DigestAlgorithm.allCases {
      store(algorithm.digest(secret), for: algorithm)
    }
  }

  /// Reads stored hashes, in hexadecimal.
  ///
  /// Nil if none is given, or one is not of its algorithm's length.
  package init?(md5: String?, sha256: String?, sha512_256: String?) {
    for (algorithm, text) in [
      (DigestAlgorithm.md5, md5), (.sha256, sha256), (.sha512_256, sha512_256),
    ] {
      guard let text else { continue }
      guard let hash = bytes(hexadecimal: text), hash.count == algorithm.digestBytes else {
        return nil
      }
      store(hash, for: algorithm)
    }
    if presence == 0 { return nil }
  }

  /// The hash in hexadecimal, as it is stored; nil if the algorithm is missing.
  package func hexadecimal(_ algorithm: DigestAlgorithm) -> String? {
    self[algorithm].map { Softswitch.hexadecimal($0) }
  }

  subscript(algorithm: DigestAlgorithm) -> ArraySlice<UInt8>? {
    presence & algorithm.presenceBit != 0 ? octets[algorithm.place] : nil
  }

  private mutating func store(_ hash: [UInt8], for algorithm: DigestAlgorithm) {
    octets.replaceSubrange(algorithm.place, with: hash)
    presence |= algorithm.presenceBit
  }
}

extension CredentialHashes: CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{
  package var description: String { "•••" }
  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: []) }
}

extension DigestAlgorithm {
  fileprivate var presenceBit: UInt8 {
    switch self {
    case .md5: 0x01
    case .sha256: 0x02
    case .sha512_256: 0x04
    }
  }

  fileprivate var place: Range<Int> {
    switch self {
    case .md5: 0..<16
    case .sha256: 16..<48
    case .sha512_256: 48..<80
    }
  }
}
