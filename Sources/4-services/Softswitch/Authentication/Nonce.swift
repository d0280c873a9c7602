import Machines

/// What tells one nonce from all others: when it was issued, and 48 random bits, so that two
/// phones challenged in the same millisecond do not share a nonce count.
struct Nonce: Hashable, Sendable {
  /// Milliseconds since the Unix epoch, of which 48 bits are written.
  var issued: UInt64
  var salt: UInt64

  /// Issued at or after a moment, in whole milliseconds.
  func isIssued(after moment: WallTime) -> Bool {
    issued > moment.milliseconds
  }

  /// The age in milliseconds; nil if it is from the future, as after a clock that was set back.
  func age(at now: WallTime) -> UInt64? {
    let (age, overflow) = now.milliseconds.subtractingReportingOverflow(issued)
    return overflow ? nil : age
  }
}

/// Makes nonces that prove themselves, so that a challenge costs no memory
/// (RFC 7616 §3.3 recommends a time stamp and a keyed hash).
///
/// A nonce is 48 hexadecimal digits: 6 bytes of time, 6 of salt, and 12 of an HMAC-SHA-256 over
/// those and the realm, under the node's key.
struct NonceMint: Sendable {
  private let key: [UInt8]

  init(key: [UInt8]) {
    self.key = key
  }

  func issue(realm: String, now: WallTime, randomness: inout Randomness) -> String {
    let nonce = Nonce(issued: now.milliseconds & mask48, salt: randomness.next() & mask48)
    let claim = claim(nonce)
    return hexadecimal(claim + proof(of: claim, realm: realm))
  }

  /// The nonce, if this node (or one with the same key) issued it for this realm.
  func read(_ text: String, realm: String) -> Nonce? {
    guard text.utf8.count == 48, let octets = bytes(hexadecimal: text) else { return nil }
    let claim = Array(octets[..<12])
    guard equalInConstantTime(Array(octets[12...]), proof(of: claim, realm: realm)) else {
      return nil
    }
    return Nonce(issued: number(claim[..<6]), salt: number(claim[6...]))
  }

  private func proof(of claim: [UInt8], realm: String) -> [UInt8] {
    Array(messageAuthenticationCode(of: claim + realm.utf8, key: key)[..<12])
  }

  private func claim(_ nonce: Nonce) -> [UInt8] {
    [nonce.issued, nonce.salt].flatMap { part in
      (0..<6).map { UInt8(truncatingIfNeeded: part >> (40 - 8 * UInt64($0))) }
    }
  }

  private func number(_ octets: ArraySlice<UInt8>) -> UInt64 {
    octets.reduce(0) { $0 << 8 | UInt64($1) }
  }
}

private let mask48: UInt64 = 0xFFFF_FFFF_FFFF

extension WallTime {
  /// Whole milliseconds since the Unix epoch; 0 before it.
  fileprivate var milliseconds: UInt64 { UInt64(max(0, nanoseconds)) / 1_000_000 }
}
