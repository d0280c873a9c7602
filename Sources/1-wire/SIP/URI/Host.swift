import Addressing

extension HeaderScanner {
  /// `host` of RFC 3261 §25.1: a name, an IPv4 address, or an IPv6 address in brackets. Names may
  /// have underscores, which the grammar forbids and the field uses.
  mutating func host() -> ArraySlice<UInt8>? {
    let start = self
    if take(.leftBracket) {
      guard let inside = take(upTo: .rightBracket),
        case .v6 = IPAddress(String(decoding: inside, as: UTF8.self))
      else {
        self = start
        return nil
      }
      return start.rest[start.position..<position]
    }
    let name = take { $0.isAlphanumeric || $0 == .dot || $0 == 0x2D || $0 == 0x5F }
    return name.isEmpty || name.first == .dot ? nil : name
  }
}
