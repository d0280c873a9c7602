import Addressing
import Glibc
import NIOCore

extension SocketAddress {
  init(_ endpoint: IPEndpoint) {
    switch endpoint.address {
    case .v4(let address):
      var raw = sockaddr_in()
      raw.sin_family = sa_family_t(AF_INET)
      raw.sin_port = in_port_t(endpoint.port.bigEndian)
      raw.sin_addr.s_addr = address.bigEndian
      self.init(raw)
    case .v6(let high, let low):
      var raw = sockaddr_in6()
      raw.sin6_family = sa_family_t(AF_INET6)
      raw.sin6_port = in_port_t(endpoint.port.bigEndian)
      raw.sin6_addr = in6_addr(high: high, low: low)
      self.init(raw)
    }
  }

  /// Nil for what is not an IP address.
  var endpoint: IPEndpoint? {
    switch self {
    case .v4(let address):
      let raw = address.address
      return IPEndpoint(
        .v4(UInt32(bigEndian: raw.sin_addr.s_addr)), UInt16(bigEndian: raw.sin_port))
    case .v6(let address):
      let raw = address.address
      let (high, low) = raw.sin6_addr.halves
      return IPEndpoint(.v6(high, low), UInt16(bigEndian: raw.sin6_port))
    case .unixDomainSocket:
      return nil
    }
  }
}

extension IPEndpoint {
  /// Port 0 of the same address: the kernel chooses.
  var anyPort: IPEndpoint { IPEndpoint(address, 0) }
}

extension in6_addr {
  /// - Parameters: the halves in host byte order.
  init(high: UInt64, low: UInt64) {
    self.init()
    __in6_u.__u6_addr32 = (
      UInt32(truncatingIfNeeded: high >> 32).bigEndian, UInt32(truncatingIfNeeded: high).bigEndian,
      UInt32(truncatingIfNeeded: low >> 32).bigEndian, UInt32(truncatingIfNeeded: low).bigEndian
    )
  }

  var halves: (high: UInt64, low: UInt64) {
    let words = __in6_u.__u6_addr32
    return (
      UInt64(UInt32(bigEndian: words.0)) << 32 | UInt64(UInt32(bigEndian: words.1)),
      UInt64(UInt32(bigEndian: words.2)) << 32 | UInt64(UInt32(bigEndian: words.3))
    )
  }
}
