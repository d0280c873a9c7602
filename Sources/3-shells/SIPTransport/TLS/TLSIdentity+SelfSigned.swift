import Foundation
import Glibc

extension TLSIdentity {
  /// How long before its end a certificate is made anew, in seconds.
  private static let renewal = 30 * 86_400

  /// The certificate in the file, if it is for these names and lasts for a while; else a new one,
  /// which is kept there, readable by its owner alone.
  ///
  /// - Parameter seconds: now, since 1970.
  package static func selfSigned(
    for names: CertificateNames, keptIn file: String, at seconds: Int
  ) throws(CertificateProblem) -> TLSIdentity {
    if let kept = try? TLSIdentity(certificateFile: file, keyFile: file),
      (try? PEMFile(file).preamble.first) == title(names), kept.expires > seconds + renewal
    {
      return kept
    }
    guard let made = SelfSignedCertificate(names: names) else {
      throw CertificateProblem(file: file, message: "no certificate could be made")
    }
    try write(title(names) + "\n" + made.pem, to: file)
    return try TLSIdentity(certificateFile: file, keyFile: file)
  }

  /// SHA-256 of the certificate, as phones show it.
  package var fingerprint: String {
    chain.first.flatMap { try? $0.toDERBytes() }.map(SelfSignedCertificate.fingerprint) ?? ""
  }

  private static func title(_ names: CertificateNames) -> String {
    "Made by Tandem, signed by itself, for \(names.text)"
  }

  /// All or nothing, and never for others to read.
  private static func write(_ text: String, to file: String) throws(CertificateProblem) {
    let draft = file + ".new"
    unlink(draft)
    let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    let bytes = Array(text.utf8)
    let isWritten =
      descriptor >= 0 && Glibc.write(descriptor, bytes, bytes.count) == bytes.count
      && fsync(descriptor) == 0
    let code = errno
    if descriptor >= 0 { close(descriptor) }
    guard isWritten, rename(draft, file) == 0 else {
      throw CertificateProblem(
        file: file, message: "cannot be written: \(systemMessage(isWritten ? errno : code))")
    }
  }
}
