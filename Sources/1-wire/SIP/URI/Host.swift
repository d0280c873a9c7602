import Addressing

extension HeaderScanner {
  /// `host` of RFC 3261 §25.1: a name, an IPv4 address, or an IPv6 address in brackets. Names may
  /// have underscores, which the grammar forbids and the field uses.
  mutating func host() -> ArraySlice<UInt8>? {
    let start = self
    if take(.leftBracket) {
      guard let inside = take(upTo: .rightBracket),
        IPAddress(host: "[" + String(decoding: inside, as: UTF8.self) + "]") != nil
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

extension IPAddress {
  /// The address that a host names, if it is no name. The grammar of RFC 3261 lets three colons
  /// stand before an IPv4 tail, and RFC 5118 §4.10 wants that tolerated.
  init?(host: String) {
    let hasDottedTail = host.utf8.contains(.dot) && host.utf8.first == .leftBracket
    self.init(hasDottedTail ? host.replacing(":::", with: "::", maxReplacements: 1) : host)
  }
}
