import SIPTransport

/// What a node shows over TLS: read from files, or made.
package struct NodeCertificate: Sendable {
  let context: TLSContext
  let identity: TLSIdentity
  let isSelfSigned: Bool

  /// Nil for a node without listeners for TLS.
  ///
  /// - Parameter seconds: now, since 1970.
  /// - Throws: what is wrong with the files.
  init?(_ configuration: Configuration, at seconds: Int) throws(CertificateProblem) {
    guard configuration.hasTLS else { return nil }
    let tls = configuration.sip.tls
    isSelfSigned = tls.certificate == nil
    if let certificate = tls.certificate {
      identity = try TLSIdentity(
        certificateFile: certificate, keyFile: tls.key ?? certificate)
    } else {
      identity = try TLSIdentity.selfSigned(
        for: configuration.certificateNames, keptIn: configuration.selfSignedFile, at: seconds)
    }
    context = try TLSContext(
      identity, TLSPolicy(tls), limits: TransportLimits(configuration))
  }

  /// Reads the files and makes none.
  ///
  /// - Throws: what is wrong with them, as that they have expired.
  static func check(_ configuration: Configuration, at seconds: Int) throws(CertificateProblem) {
    guard configuration.hasTLS else { return }
    if configuration.sip.tls.certificate == nil {
      guard let file = configuration.sip.tls.authorities else { return }
      return try TLSPolicy.checkAuthorities(file)
    }
    if let problem = try NodeCertificate(configuration, at: seconds)?.identity.expiry(at: seconds) {
      throw problem
    }
  }
}

extension Configuration {
  var hasTLS: Bool { sip.listen.contains { $0.transport == .tls } }

  /// Beside the database.
  var selfSignedFile: String {
    let path = store.path
    let folder = path.lastIndex(of: "/").map { path[..<$0] } ?? "."
    return folder + "/tls-self-signed.pem"
  }

  var certificateNames: CertificateNames {
    CertificateNames(
      domains: domains.map(\.name),
      addresses: sip.listen.filter { $0.transport == .tls }.flatMap {
        [$0.bound.address, $0.advertised?.address].compactMap { $0 }
      })
  }

  /// What an operator should know of a configuration that is right.
  package var remarks: [String] {
    guard hasTLS, sip.tls.certificate == nil else { return [] }
    return [
      "sip.tls names no certificate: the node signs one itself and keeps it in \(selfSignedFile). "
        + "It hides calls from listeners, and proves to no phone who the node is."
    ]
  }
}

extension TLSPolicy {
  init(_ tls: Configuration.TLS) {
    self.init()
    authorities = tls.authorities
    verifiesServers = tls.verifyServers
    requiresClientCertificate = tls.requireClientCertificate
    minimumVersion =
      switch tls.minimumVersion {
      case .v1_2: .v1_2
      case .v1_3: .v1_3
      }
  }
}
