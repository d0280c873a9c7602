import Addressing

/// Whom a guess is held against: an IPv4 address, or the /64 that one subscriber of an IPv6
/// network has to itself (RFC 4291 §2.5.1: the rest is the interface).
struct SourceNetwork: Hashable, Sendable {
  private let isIPv6: Bool
  private let prefix: UInt64

  init(_ address: IPAddress) {
    switch address {
    case .v4(let bits): (isIPv6, prefix) = (false, UInt64(bits))
    case .v6(let upper, _): (isIPv6, prefix) = (true, upper)
    }
  }
}
