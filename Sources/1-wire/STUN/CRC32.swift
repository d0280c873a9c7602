/// The checksum of ITU V.42, which RFC 8489 §14.7 takes for FINGERPRINT.
func crc32(_ bytes: some Sequence<UInt8>) -> UInt32 {
  var sum: UInt32 = 0xFFFF_FFFF
  for byte in bytes {
    sum = sum >> 8 ^ table[Int((sum ^ UInt32(byte)) & 0xFF)]
  }
  return ~sum
}

/// What each byte does to the sum: the polynomial 0x04C11DB7, bits reversed.
private let table: [UInt32] = (0..<256).map { (byte: UInt32) in
  (0..<8).reduce(byte) { sum, _ in sum & 1 == 0 ? sum >> 1 : sum >> 1 ^ 0xEDB8_8320 }
}
