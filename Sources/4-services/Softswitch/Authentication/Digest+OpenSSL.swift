// Every call into OpenSSL, and every unsafe pointer of this target, is in this file.
import COpenSSL

extension DigestAlgorithm {
  /// The digest of `message`, `digestBytes` bytes long.
  func digest(_ message: [UInt8]) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: digestBytes) { output, count in
      var written: UInt32 = 0
      let done = EVP_Digest(
        message, message.count, output.baseAddress, &written, implementation.pointer, nil)
      precondition(done == 1 && Int(written) == digestBytes, "OpenSSL cannot compute \(rawValue)")
      count = digestBytes
    }
  }

  private var implementation: FetchedDigest {
    switch self {
    case .md5: FetchedDigest.md5
    case .sha256: FetchedDigest.sha256
    case .sha512_256: FetchedDigest.sha512_256
    }
  }
}

/// An algorithm as OpenSSL 3 has looked it up among its providers, once: the look-up takes a lock
/// and costs more than the digest of a short message.
///
/// Sendable because an `EVP_MD` is immutable once fetched, and is never freed here.
private struct FetchedDigest: @unchecked Sendable {
  let pointer: OpaquePointer

  static let md5 = FetchedDigest("MD5")
  static let sha256 = FetchedDigest("SHA2-256")
  static let sha512_256 = FetchedDigest("SHA2-512/256")

  init(_ name: String) {
    guard let pointer = EVP_MD_fetch(nil, name, nil) else {
      preconditionFailure("this OpenSSL has no \(name)")
    }
    self.pointer = pointer
  }
}

/// HMAC-SHA-256 (RFC 2104) of `message`: 32 bytes.
func messageAuthenticationCode(of message: [UInt8], key: [UInt8]) -> [UInt8] {
  [UInt8](unsafeUninitializedCapacity: 32) { output, count in
    var written: UInt32 = 0
    let code = HMAC(
      EVP_sha256(), key, Int32(key.count), message, message.count, output.baseAddress, &written)
    precondition(code != nil && written == 32, "OpenSSL cannot compute HMAC-SHA-256")
    count = 32
  }
}

/// Compares in a time that depends on the lengths alone, so that a stranger cannot guess a digest
/// byte by byte.
func equalInConstantTime(_ left: [UInt8], _ right: [UInt8]) -> Bool {
  left.count == right.count && CRYPTO_memcmp(left, right, left.count) == 0
}
