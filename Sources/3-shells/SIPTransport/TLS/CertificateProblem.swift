/// What is wrong with a file of certificates or keys, and where.
package struct CertificateProblem: Error, Equatable, Sendable {
  package var file: String
  /// Counted from 1; nil when the file as a whole is meant.
  package var line: Int?
  package var message: String

  init(file: String, line: Int? = nil, message: String) {
    self.file = file
    self.line = line
    self.message = message
  }
}

extension CertificateProblem: CustomStringConvertible {
  /// `/etc/tandem/tls.pem:12: this certificate expired on 2026-01-31`
  package var description: String {
    "\(file)\(line.map { ":\($0)" } ?? ""): \(message)"
  }
}
