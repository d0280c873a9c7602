import SIP

/// A 64-bit FNV-1a hash, the same in every process: it recognises what was seen a moment ago and
/// protects nothing.
struct Fingerprint {
  private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

  mutating func add(_ text: String) {
    for byte in text.utf8 { mix(byte) }
    // No header value holds this byte, so the texts cannot run into each other.
    mix(0xFF)
  }

  private mutating func mix(_ byte: UInt8) {
    value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
  }

  static func of(_ text: String) -> UInt64 {
    var fingerprint = Fingerprint()
    fingerprint.add(text)
    return fingerprint.value
  }

  /// What stays the same when a request is retransmitted, and changes with each new one
  /// (RFC 3261 §8.1.1.7, §17.2.3).
  static func ofTransaction(_ request: SIPMessage) -> UInt64 {
    var fingerprint = Fingerprint()
    fingerprint.add(request.method.name)
    fingerprint.add(request.callID ?? "")
    fingerprint.add(request.cSeq?.text ?? "")
    fingerprint.add(request.topVia?.branch ?? "")
    return fingerprint.value
  }
}
