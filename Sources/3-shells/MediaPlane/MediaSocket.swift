import Addressing
import CLinux
import Glibc

/// Opens and tunes the sockets of the media plane; they are plain descriptors, owned by the
/// `PortPool`. The same socket receives and sends (symmetric RTP, RFC 4961 §3).
enum MediaSocket {
  /// Expedited forwarding, code point 46, in the upper six bits (RFC 2474 §3, RFC 3246).
  private static let expeditedForwarding: Int32 = 0xB8

  /// Binds a socket that never blocks; the result is the descriptor, the error an errno.
  ///
  /// - Parameter isDual: a socket of IPv6 that takes IPv4 too.
  static func open(
    _ endpoint: IPEndpoint, isDual: Bool = false, bufferBytes: Int
  ) -> Result<Int32, SocketFault> {
    let isIPv6 = endpoint.address.isIPv6
    let kind = SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue
    let descriptor = socket(isIPv6 ? AF_INET6 : AF_INET, Int32(kind), 0)
    guard descriptor >= 0 else { return .failure(SocketFault(code: errno)) }
    tune(descriptor, isIPv6: isIPv6, isDual: isDual, bufferBytes: bufferBytes)
    let bound = SocketAddress(endpoint).withPointer { bind(descriptor, $0, $1) }
    guard bound == 0 else {
      let code = errno
      close(descriptor)
      return .failure(SocketFault(code: code))
    }
    return .success(descriptor)
  }

  /// Throws away what a socket holds, within bounds: more than its buffer held before the call is
  /// not stale.
  static func empty(_ descriptor: Int32) {
    var octet: UInt8 = 0
    let flags = Int32(MSG_DONTWAIT) | Int32(MSG_TRUNC)
    for _ in 0..<mostEmptied {
      // Errors that the network reported (ICMP) are stale, too.
      if recv(descriptor, &octet, 0, flags) < 0, errno == EAGAIN { return }
    }
  }

  private static let mostEmptied = 1024

  /// Whether a descriptor from elsewhere is a UDP socket on this endpoint.
  static func isBound(_ descriptor: Int32, to endpoint: IPEndpoint) -> Bool {
    var kind: Int32 = 0
    var kindLength = socklen_t(MemoryLayout<Int32>.size)
    guard getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &kind, &kindLength) == 0,
      kind == Int32(SOCK_DGRAM.rawValue)
    else { return false }
    var name = sockaddr_in6()
    var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
    return withUnsafeMutableBytes(of: &name) { memory in
      guard let base = memory.baseAddress else { return false }
      let answer = getsockname(descriptor, base.assumingMemoryBound(to: sockaddr.self), &length)
      return answer == 0 && SocketAddress.endpoint(in: base, length: length) == endpoint
    }
  }

  /// Has the kernel tell the hop limit of each packet that comes in from now on.
  static func reportHopLimit(_ descriptor: Int32, _ families: AddressFamilies) {
    if families != .v4 { set(descriptor, Int32(IPPROTO_IPV6), IPV6_RECVHOPLIMIT, 1) }
    if families != .v6 { set(descriptor, Int32(IPPROTO_IP), IP_RECVTTL, 1) }
  }

  /// Each option is a wish: a kernel that refuses one still relays media.
  private static func tune(
    _ descriptor: Int32, isIPv6: Bool, isDual: Bool, bufferBytes: Int
  ) {
    set(descriptor, SOL_SOCKET, SO_RCVBUF, Int32(clamping: bufferBytes))
    set(descriptor, SOL_SOCKET, SO_SNDBUF, Int32(clamping: bufferBytes))
    if isIPv6 {
      set(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, isDual ? 0 : 1)
      set(descriptor, Int32(IPPROTO_IPV6), IPV6_TCLASS, expeditedForwarding)
    }
    if !isIPv6 || isDual {
      set(descriptor, Int32(IPPROTO_IP), IP_TOS, expeditedForwarding)
      // A relay must not lose what an endpoint sent in one piece: fragment rather than refuse.
      set(descriptor, Int32(IPPROTO_IP), IP_MTU_DISCOVER, IP_PMTUDISC_DONT)
    }
  }

  private static func set(_ descriptor: Int32, _ level: Int32, _ option: Int32, _ value: Int32) {
    var value = value
    setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
  }
}

/// The error number of a failed call on a socket.
struct SocketFault: Error, Equatable, Sendable {
  var code: Int32
}
