import Foundation
import NIOSSL

/// Who the node is over TLS: a certificate, those that vouch for it, and its key.
package struct TLSIdentity: Sendable {
  let chain: [NIOSSLCertificate]
  let key: NIOSSLPrivateKey
  package let certificateFile: String
  package let keyFile: String
  /// Where each certificate of the chain begins.
  private let lines: [Int]

  /// Files of PEM; they may be one and the same.
  package init(
    certificateFile: String, keyFile: String
  ) throws(CertificateProblem) {
    let certificates = try PEMFile(certificateFile).certificates()
    chain = certificates.map(\.certificate)
    lines = certificates.map(\.line)
    key = try PEMFile(keyFile).key()
    self.certificateFile = certificateFile
    self.keyFile = keyFile
  }

  /// What is wrong with the certificates at a time. They can be used all the same, though nobody
  /// should trust them.
  ///
  /// - Parameter seconds: since 1970.
  package func expiry(at seconds: Int) -> CertificateProblem? {
    for (certificate, line) in zip(chain, lines) {
      if certificate.notValidAfter <= seconds {
        return CertificateProblem(
          file: certificateFile, line: line,
          message: "this certificate expired on \(date(certificate.notValidAfter))")
      }
      if certificate.notValidBefore > seconds {
        return CertificateProblem(
          file: certificateFile, line: line,
          message: "this certificate is not valid before \(date(certificate.notValidBefore))")
      }
    }
    return nil
  }

  /// When the first of the certificates expires, in seconds since 1970.
  package var expires: Int { chain.map { Int($0.notValidAfter) }.min() ?? 0 }
}

private func date(_ seconds: time_t) -> String {
  Date(timeIntervalSince1970: TimeInterval(seconds))
    .formatted(.iso8601.year().month().day())
}
