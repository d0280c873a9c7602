import NIOSSL

/// What connections over TLS are made with: a certificate, its key, and whom to trust.
package struct TLSContext: Sendable {
  let server: NIOSSLContext
  /// For servers that are known by their address, which the certificate has to name.
  let client: NIOSSLContext
  /// For servers that were found by a name, which is looked for in the certificate afterwards.
  let namedClient: NIOSSLContext
  let verifiesServers: Bool

  /// - Throws: what is wrong with the files.
  package init(
    _ identity: TLSIdentity, _ policy: TLSPolicy = TLSPolicy(),
    limits: TransportLimits = TransportLimits()
  ) throws(CertificateProblem) {
    let roots = try Self.roots(policy)
    let chain = identity.chain.map { NIOSSLCertificateSource.certificate($0) }
    var server = TLSConfiguration.makeServerConfiguration(
      certificateChain: chain, privateKey: .privateKey(identity.key))
    server.trustRoots = roots
    // On the server's side this asks for a certificate, and ends without one.
    server.certificateVerification =
      policy.requiresClientCertificate ? .noHostnameVerification : .none
    var client = TLSConfiguration.makeClientConfiguration()
    client.certificateChain = chain
    client.privateKey = .privateKey(identity.key)
    client.trustRoots = roots
    client.certificateVerification = policy.verifiesServers ? .fullVerification : .none
    server.minimumTLSVersion = policy.minimumVersion.library
    client.minimumTLSVersion = policy.minimumVersion.library
    server.shutdownTimeout = limits.farewellTimeout
    client.shutdownTimeout = limits.farewellTimeout
    var named = client
    named.certificateVerification = policy.verifiesServers ? .noHostnameVerification : .none
    verifiesServers = policy.verifiesServers
    do {
      self.server = try NIOSSLContext(configuration: server)
      self.client = try NIOSSLContext(configuration: client)
      namedClient = try NIOSSLContext(configuration: named)
    } catch {
      throw CertificateProblem(
        file: identity.keyFile,
        message: "this key does not belong to the certificate in "
          + identity.certificateFile)
    }
  }

  private static func roots(
    _ policy: TLSPolicy
  ) throws(CertificateProblem) -> NIOSSLTrustRoots {
    guard let file = policy.authorities else { return .default }
    return .certificates(try PEMFile(file).certificates().map(\.certificate))
  }
}

extension TLSPolicy.Version {
  fileprivate var library: TLSVersion {
    switch self {
    case .v1_2: .tlsv12
    case .v1_3: .tlsv13
    }
  }
}
