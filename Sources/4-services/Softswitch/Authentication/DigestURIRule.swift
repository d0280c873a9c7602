import SIP

/// Whether the `uri` of credentials belongs to the request that carries them.
///
/// RFC 7616 §3.4.6 wants the same resource; RFC 8760 §2.6 item 6 lets a SIP server take others,
/// since a proxy on the way may have retargeted the request. A user, if it names one, must be the
/// same, so that credentials for one callee are no use for another. It may name the server alone,
/// as SIPp does for every method. The host and parameters may differ: phones differ in them, and
/// an outbound proxy or a translator rewrites them.
enum DigestURIRule {
  static func agrees(_ digestURI: String, with requestURI: String) -> Bool {
    if digestURI == requestURI { return true }
    guard case .sip(let digest)? = URI(digestURI), case .sip(let request)? = URI(requestURI) else {
      return false
    }
    return digest.user == nil || digest.userDecoded == request.userDecoded
  }
}
