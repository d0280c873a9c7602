import NIOSSL
import SIP

// Whom a certificate speaks for: RFC 5922 §7.
extension NIOSSLCertificate {
  /// Whether it is one of a SIP domain. Its `sip:` URIs count, and its DNS names where it has none;
  /// a wildcard stands for nothing but itself (§7.2).
  func speaks(for domain: String) -> Bool {
    var (domains, hosts): ([String], [String]) = ([], [])
    for name in _subjectAlternativeNames() {
      let text = name.contents.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
      switch name.nameType {
      case .uri:
        // §7.1: one with a user is a person's.
        if let uri = SIPURI(text), uri.user == nil { domains.append(uri.host) }
      case .dnsName: hosts.append(text)
      default: break
      }
    }
    let wanted = domain.lowercased()
    return (domains.isEmpty ? hosts : domains).contains { $0.lowercased() == wanted }
  }
}

/// A server's certificate is good, but another's.
struct WrongServerName: Error, CustomStringConvertible {
  let name: String

  var description: String { "the certificate does not speak for \(name) (RFC 5922 §7)" }
}
