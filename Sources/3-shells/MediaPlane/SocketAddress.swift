import Addressing
import Glibc

/// An endpoint in the form that the kernel takes. Unsafe memory is confined to this type: it
/// reads and writes inside its own 28 octets only.
struct SocketAddress: Sendable {
  /// The larger of the two families, which has room for either.
  private var storage = sockaddr_in6()
  private(set) var length: socklen_t = 0

  static let capacity = MemoryLayout<sockaddr_in6>.size

  init(_ endpoint: IPEndpoint) {
    switch endpoint.address {
    case .v4(let address):
      var v4 = sockaddr_in()
      v4.sin_family = sa_family_t(AF_INET)
      v4.sin_port = endpoint.port.bigEndian
      v4.sin_addr.s_addr = address.bigEndian
      withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: v4, as: sockaddr_in.self) }
      length = socklen_t(MemoryLayout<sockaddr_in>.size)
    case .v6(let high, let low):
      storage.sin6_family = sa_family_t(AF_INET6)
      storage.sin6_port = endpoint.port.bigEndian
      withUnsafeMutableBytes(of: &storage.sin6_addr) {
        $0.storeBytes(of: high.bigEndian, as: UInt64.self)
        $0.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
      }
      length = socklen_t(MemoryLayout<sockaddr_in6>.size)
      isIPv6 = high != 0 || low >> 32 != mappedPrefix
    }
  }

  /// An IPv4 endpoint as a socket of IPv6 takes it, `::ffff:192.0.2.1` (RFC 4291 §2.5.5.2); an IPv6
  /// endpoint as it is.
  init(mapping endpoint: IPEndpoint) {
    if case .v4(let address) = endpoint.address {
      self.init(IPEndpoint(.v6(0, mappedPrefix << 32 | UInt64(address)), endpoint.port))
    } else {
      self.init(endpoint)
    }
  }

  /// Whether what goes there is an IPv6 packet.
  private(set) var isIPv6 = false

  /// The endpoint, a mapped one as the IPv4 endpoint that it stands for; nil for a family that is neither IPv4 nor IPv6 or an address cut short.
  static func endpoint(in memory: UnsafeRawPointer, length: socklen_t) -> IPEndpoint? {
    guard length >= MemoryLayout<sockaddr_in>.size else { return nil }
    switch Int32(memory.loadUnaligned(as: sa_family_t.self)) {
    case AF_INET:
      let v4 = memory.loadUnaligned(as: sockaddr_in.self)
      return IPEndpoint(.v4(UInt32(bigEndian: v4.sin_addr.s_addr)), UInt16(bigEndian: v4.sin_port))
    case AF_INET6 where length >= MemoryLayout<sockaddr_in6>.size:
      // Port, flow label, then 16 octets of address (RFC 3493 §3.3).
      let port = UInt16(bigEndian: memory.loadUnaligned(fromByteOffset: 2, as: UInt16.self))
      let high = UInt64(bigEndian: memory.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
      let low = UInt64(bigEndian: memory.loadUnaligned(fromByteOffset: 16, as: UInt64.self))
      if high == 0, low >> 32 == mappedPrefix {
        return IPEndpoint(.v4(UInt32(truncatingIfNeeded: low)), port)
      }
      return IPEndpoint(.v6(high, low), port)
    default:
      return nil
    }
  }

  /// Lends the kernel's view of the address for the duration of a call.
  func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
    withUnsafeBytes(of: storage) { bytes in
      // `storage` is never empty, so it has a base address.
      body(bytes.baseAddress!.assumingMemoryBound(to: sockaddr.self), length)
    }
  }

  /// Writes the address to memory that has room for `capacity` octets.
  func write(to memory: UnsafeMutableRawPointer) -> socklen_t {
    memory.storeBytes(of: storage, as: sockaddr_in6.self)
    return length
  }
}

/// What stands before a mapped address.
private let mappedPrefix: UInt64 = 0xFFFF
