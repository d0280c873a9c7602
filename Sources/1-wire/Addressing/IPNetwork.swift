/// A block of addresses, as CIDR notation writes it (RFC 4632, RFC 4291 §2.3).
public struct IPNetwork: Hashable, Sendable {
  public var prefix: IPAddress
  /// Leading bits that count: 0 to 32, or 0 to 128 for IPv6.
  public var length: Int

  /// Reads `192.0.2.0/24`, `2001:db8::/32`, or a bare address, which is a block of one.
  public init?(_ text: some StringProtocol) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first, let prefix = IPAddress(first) else { return nil }
    let width = prefix.isIPv6 ? 128 : 32
    var length = width
    if parts.count == 2 {
      guard let given = UInt8(parts[1]), Int(given) <= width else { return nil }
      length = Int(given)
    }
    self.prefix = prefix
    self.length = length
  }

  public func contains(_ address: IPAddress) -> Bool {
    switch (prefix, address) {
    case (.v4(let mine), .v4(let theirs)):
      length == 0 || (mine ^ theirs) >> (32 - UInt32(length)) == 0
    case (.v6(let high, let low), .v6(let otherHigh, let otherLow)):
      if length <= 64 {
        length == 0 || (high ^ otherHigh) >> (64 - UInt64(length)) == 0
      } else {
        high == otherHigh && (low ^ otherLow) >> (128 - UInt64(length)) == 0
      }
    default:
      false
    }
  }
}

extension IPNetwork: CustomStringConvertible {
  public var description: String { "\(prefix)/\(length)" }
}
