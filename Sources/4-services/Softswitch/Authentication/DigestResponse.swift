import SIP

/// The arithmetic of digest authentication (RFC 7616 §3.4.1).
struct DigestResponse {
  let algorithm: DigestAlgorithm
  let credentials: DigestCredentials
  let method: SIPMethod

  /// What the client must have answered, given the hash of its user, realm and password.
  ///
  /// With `qop`: H(H(A1):nonce:nc:cnonce:qop:H(A2)); without it, as RFC 2069 had it,
  /// H(H(A1):nonce:H(A2)).
  func expected(secret: ArraySlice<UInt8>) -> [UInt8] {
    let colon = UInt8(ascii: ":")
    var text: [UInt8] = []
    appendHexadecimal(secret, to: &text)
    text.append(colon)
    text += credentials.nonce.utf8
    text.append(colon)
    if let qop = credentials.qop {
      appendHexadecimal(bigEndian(credentials.nc ?? 0), to: &text)
      text.append(colon)
      text += (credentials.cnonce ?? "").utf8
      text.append(colon)
      text += qop.utf8
      text.append(colon)
    }
    appendHexadecimal(
      algorithm.digest(Array("\(method.name):\(credentials.uri)".utf8)), to: &text)
    return algorithm.digest(text)
  }

  private func bigEndian(_ number: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
  }
}
