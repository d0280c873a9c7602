import Addressing
import COpenSSL
import Foundation

/// A certificate of our own making, for a node that has been given none: it hides what is said from
/// whoever only listens, and proves nothing.
///
/// All calls into OpenSSL of this target are in this file. Objects are freed where they are made;
/// what it gives back is copied.
struct SelfSignedCertificate {
  /// RFC 7468 §5, RFC 5915 §4: the certificate and its key.
  let pem: String

  /// A pair of keys on the curve P-256, and a certificate for ten years that it signs itself.
  ///
  /// - Returns: nil if the system's library fails, for want of memory.
  init?(names: CertificateNames) {
    guard let key = Self.makeKey() else { return nil }
    defer { EVP_PKEY_free(key) }
    guard let certificate = X509_new() else { return nil }
    defer { X509_free(certificate) }
    var serial = SystemRandomNumberGenerator()
    let subject = X509_get_subject_name(certificate)
    let commonName = Array("Tandem".utf8)
    // Valid since yesterday: a phone's clock may be slow. Without a key usage: who is told to trust
    // this certificate takes it for its own issuer, which no other usage than signing would allow.
    guard X509_set_version(certificate, 2) == 1,
      ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial.next() >> 1) == 1,
      X509_time_adj_ex(X509_getm_notBefore(certificate), -1, 0, nil) != nil,
      X509_time_adj_ex(X509_getm_notAfter(certificate), 3650, 0, nil) != nil,
      X509_set_pubkey(certificate, key) == 1,
      X509_NAME_add_entry_by_txt(
        subject, "CN", 0x1000 | 1, commonName, CInt(commonName.count), -1, 0) == 1,
      X509_set_issuer_name(certificate, subject) == 1,
      Self.extend(certificate, NID_subject_alt_name, names.extensionText),
      Self.extend(certificate, NID_basic_constraints, "critical,CA:FALSE"),
      Self.extend(certificate, NID_ext_key_usage, "serverAuth,clientAuth"),
      X509_sign(certificate, key, EVP_sha256()) > 0
    else { return nil }
    let encoded = Self.bytes { i2d_X509(certificate, $0) }
    let encodedKey = Self.bytes { i2d_PrivateKey(key, $0) }
    pem = Self.block("CERTIFICATE", encoded) + Self.block("EC PRIVATE KEY", encodedKey)
  }

  /// SHA-256 of what a PEM block holds, as phones show it.
  static func fingerprint(_ encoded: [UInt8]) -> String {
    var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var length: UInt32 = 0
    guard EVP_Digest(encoded, encoded.count, &digest, &length, EVP_sha256(), nil) == 1 else {
      return ""
    }
    return digest.prefix(Int(length)).map { String(format: "%02X", $0) }.joined(separator: ":")
  }

  private static func makeKey() -> OpaquePointer? {
    guard let context = EVP_PKEY_CTX_new_id(NID_X9_62_id_ecPublicKey, nil) else { return nil }
    defer { EVP_PKEY_CTX_free(context) }
    var key: OpaquePointer?
    guard EVP_PKEY_keygen_init(context) == 1,
      EVP_PKEY_CTX_set_ec_paramgen_curve_nid(context, NID_X9_62_prime256v1) == 1,
      EVP_PKEY_keygen(context, &key) == 1
    else { return nil }
    return key
  }

  private static func extend(
    _ certificate: OpaquePointer, _ identifier: CInt, _ value: String
  ) -> Bool {
    guard let made = X509V3_EXT_conf_nid(nil, nil, identifier, value) else { return false }
    defer { X509_EXTENSION_free(made) }
    return X509_add_ext(certificate, made, -1) == 1
  }

  /// OpenSSL allocates what it writes when it is given no room, and leaves it to be freed.
  private static func bytes(
    _ encode: (UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>) -> CInt
  ) -> [UInt8] {
    var start: UnsafeMutablePointer<UInt8>?
    let length = encode(&start)
    guard length > 0, let start else { return [] }
    defer { CRYPTO_free(start, nil, 0) }
    return Array(UnsafeBufferPointer(start: start, count: Int(length)))
  }

  private static func block(_ label: String, _ bytes: [UInt8]) -> String {
    let text = Data(bytes).base64EncodedString(options: [
      .lineLength64Characters, .endLineWithLineFeed,
    ])
    return "-----BEGIN \(label)-----\n\(text)\n-----END \(label)-----\n"
  }
}

/// What a certificate is for (RFC 5280 §4.2.1.6).
package struct CertificateNames: Equatable, Sendable {
  let domains: [String]
  let addresses: [IPAddress]

  /// - Parameter domains: names as the DNS has them; others are left out, and more than a
  ///   certificate can well hold.
  package init(domains: [String], addresses: [IPAddress]) {
    var seen: Set<String> = []
    let isPlain = { (name: String) in
      !name.isEmpty && name.utf8.count <= 253
        && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ",") }
    }
    self.domains = domains.filter { isPlain($0) && seen.insert($0).inserted }.prefix(100).map { $0 }
    var known: Set<IPAddress> = []
    self.addresses = addresses.filter { !$0.isUnspecified && known.insert($0).inserted }
      .prefix(100).map { $0 }
  }

  /// As OpenSSL reads it.
  fileprivate var extensionText: String {
    let names = domains.map { "DNS:\($0)" } + addresses.map { "IP:\($0)" }
    return names.isEmpty ? "DNS:localhost" : names.joined(separator: ",")
  }

  var text: String { (domains + addresses.map(\.description)).joined(separator: " ") }
}
