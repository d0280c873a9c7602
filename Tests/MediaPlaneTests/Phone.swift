import Addressing
import Glibc

@testable import MediaPlane

/// A UDP socket on loopback that plays one party's media port.
final class Phone: Sendable {
  let descriptor: Int32
  let endpoint: IPEndpoint

  init(address: IPAddress = .v4(0x7F00_0001), port: UInt16 = 0) throws {
    let descriptor = socket(
      address.isIPv6 ? AF_INET6 : AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
    let bound = SocketAddress(IPEndpoint(address, port)).withPointer { bind(descriptor, $0, $1) }
    guard bound == 0 else { throw SocketFault(code: errno) }
    var name = sockaddr_in6()
    var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
    endpoint = try withUnsafeMutableBytes(of: &name) { memory in
      let base = memory.baseAddress!
      getsockname(descriptor, base.assumingMemoryBound(to: sockaddr.self), &length)
      guard let endpoint = SocketAddress.endpoint(in: base, length: length) else {
        throw SocketFault(code: EINVAL)
      }
      return endpoint
    }
    self.descriptor = descriptor
    var size: Int32 = 4 << 20
    setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, 4)
  }

  deinit { close(descriptor) }

  func send(_ bytes: [UInt8], to port: UInt16) {
    _ = SocketAddress(IPEndpoint(endpoint.address, port)).withPointer { address, length in
      sendto(descriptor, bytes, bytes.count, 0, address, length)
    }
  }

  /// The next packet within a time in milliseconds, with the port that it came from.
  func receive(within timeout: Int32 = 2000) -> (bytes: [UInt8], port: UInt16)? {
    var readiness = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&readiness, 1, timeout) == 1 else { return nil }
    var buffer = [UInt8](repeating: 0, count: 4096)
    var name = sockaddr_in6()
    var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
    return withUnsafeMutableBytes(of: &name) { memory in
      let base = memory.baseAddress!
      let count = recvfrom(
        descriptor, &buffer, buffer.count, 0, base.assumingMemoryBound(to: sockaddr.self), &length)
      guard count >= 0, let source = SocketAddress.endpoint(in: base, length: length) else {
        return nil
      }
      return (Array(buffer.prefix(count)), source.port)
    }
  }

  /// How many packets come until none does for a while.
  func drain(quiet: Int32 = 150) -> Int {
    var count = 0
    while receive(within: quiet) != nil { count += 1 }
    return count
  }
}

/// An RTP packet of G.711 as a phone sends it.
func speech(_ number: Int, source: UInt32 = 0x0A0B_0C0D, octets: Int = 160) -> [UInt8] {
  let sequence = UInt16(truncatingIfNeeded: number)
  let timestamp = UInt32(truncatingIfNeeded: number * 160)
  var bytes: [UInt8] = [0x80, 0, UInt8(sequence >> 8), UInt8(sequence & 0xFF)]
  for word in [timestamp, source] {
    bytes += [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> $0) }
  }
  return bytes + Array(repeating: 0xD5, count: octets)
}

/// An empty receiver report.
let receiverReport: [UInt8] = [0x80, 201, 0, 1, 0x0A, 0x0B, 0x0C, 0x0D]
