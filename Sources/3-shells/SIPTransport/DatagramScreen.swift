/// What a datagram on a SIP port is, by a glance at its bytes.
enum DatagramKind: Equatable {
  /// Perhaps a message: the parser decides.
  case message
  /// Nothing but line ends, NULs and blanks. Some clients send them to hold a NAT binding. RFC
  /// 5626 §4.4.1 forbids the CRLF keep-alive over UDP, so nobody waits for an answer.
  case keepAlive
  /// STUN (RFC 5389 §6: two zero bits, and the magic cookie in bytes 4 to 7).
  case stun

  init(_ bytes: some RandomAccessCollection<UInt8>) {
    let first = bytes.first ?? 0
    // Everything that a start line can begin with is greater than a blank.
    if first > 0x20 {
      self = .message
    } else if bytes.count >= 20, first < 0x40, bytes.dropFirst(4).starts(with: stunCookie) {
      self = .stun
    } else if bytes.allSatisfy(isFiller) {
      self = .keepAlive
    } else {
      self = .message
    }
  }
}

/// RFC 5389 §6: 0x2112A442 in network byte order.
private let stunCookie: [UInt8] = [0x21, 0x12, 0xA4, 0x42]

private func isFiller(_ byte: UInt8) -> Bool {
  switch byte {
  case 0x00, 0x09, 0x0A, 0x0D, 0x20: true
  default: false
  }
}
