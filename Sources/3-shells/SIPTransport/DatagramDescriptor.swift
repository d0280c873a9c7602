import Addressing
import CLinux
import Glibc

/// What a system call answered when it failed.
struct SystemError: Error, Equatable {
  var errno: Int32
}

/// A UDP socket and the system calls on it; closed with the last reference.
///
/// We send by sendmmsg(2) ourselves, because NIO closes a datagram channel when the system refuses
/// one datagram: a Contact with port 0 or a broadcast address would take the listener down. This
/// is the file of the target that holds unsafe pointers.
final class DatagramDescriptor: Sendable {
  private let number: CInt

  /// Binds a new socket.
  ///
  /// - Parameter shared: other sockets of this process bind to the same address (SO_REUSEPORT),
  ///   one for each loop, and the kernel spreads the peers over them.
  init(binding endpoint: IPEndpoint, shared: Bool) throws(SystemError) {
    let family = endpoint.address.isIPv6 ? AF_INET6 : AF_INET
    let kind = SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
    number = try check(socket(family, CInt(bitPattern: kind), 0))
    // IPv4 has listeners of its own.
    if endpoint.address.isIPv6 { try set(CInt(IPPROTO_IPV6), IPV6_V6ONLY, 1) }
    if shared { try set(SOL_SOCKET, SO_REUSEPORT, 1) }
    let bound = withSocketAddress(endpoint) { bind(number, $0, $1) }
    _ = try check(bound)
  }

  deinit {
    close(number)
  }

  /// The same socket under another number, which its taker closes.
  func duplicated() throws(SystemError) -> CInt {
    try check(fcntl(number, F_DUPFD_CLOEXEC, 0))
  }

  /// Asks for buffers of these sizes, past the system's limit if we have the privilege.
  func resizeBuffers(receive: Int, send: Int) {
    for (privileged, usual, size) in [
      (SO_RCVBUFFORCE, SO_RCVBUF, receive), (SO_SNDBUFFORCE, SO_SNDBUF, send),
    ] {
      let size = CInt(clamping: size)
      if (try? set(SOL_SOCKET, privileged, size)) == nil { try? set(SOL_SOCKET, usual, size) }
    }
  }

  func boundPort() throws(SystemError) -> UInt16 {
    var storage = sockaddr_in6()
    var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
    let answer = withUnsafeMutableBytes(of: &storage) { bytes in
      getsockname(number, bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self), &length)
    }
    _ = try check(answer)
    // The port has the same place in sockaddr_in.
    return UInt16(bigEndian: storage.sin6_port)
  }

  private func set(_ level: CInt, _ option: CInt, _ value: CInt) throws(SystemError) {
    var value = value
    _ = try check(
      setsockopt(number, level, option, &value, socklen_t(MemoryLayout<CInt>.size)))
  }
}

extension DatagramDescriptor {
  /// A datagram to be sent: a range of the bytes that go with it.
  struct Outgoing {
    var range: Range<Int>
    var remote: IPEndpoint
  }

  /// The most that one call sends.
  static let batch = 64

  /// Sends the first datagrams in one system call, `batch` at most.
  ///
  /// - Returns: how many the kernel took, at least 1. An error is about the first one.
  func send(_ datagrams: ArraySlice<Outgoing>, of bytes: [UInt8]) throws(SystemError) -> Int {
    let datagrams = datagrams.prefix(Self.batch)
    let sent = withUnsafeTemporaryAllocation(of: tandem_message.self, capacity: Self.batch) {
      messages in
      withUnsafeTemporaryAllocation(of: iovec.self, capacity: Self.batch) { vectors in
        withUnsafeTemporaryAllocation(of: sockaddr_in6.self, capacity: Self.batch) { names in
          bytes.withUnsafeBytes { bytes in
            for (slot, datagram) in datagrams.enumerated() {
              let part = UnsafeRawBufferPointer(rebasing: bytes[datagram.range])
              vectors.initializeElement(
                at: slot,
                to: iovec(
                  iov_base: UnsafeMutableRawPointer(mutating: part.baseAddress),
                  iov_len: part.count))
              names.initializeElement(at: slot, to: sockaddr_in6())
              let name = UnsafeMutableRawPointer(names.baseAddress! + slot)
              let length = store(datagram.remote, at: name)
              var message = tandem_message()
              message.header.msg_name = name
              message.header.msg_namelen = length
              message.header.msg_iov = vectors.baseAddress! + slot
              message.header.msg_iovlen = 1
              messages.initializeElement(at: slot, to: message)
            }
            return retried {
              tandem_send_messages(number, messages.baseAddress, CUnsignedInt(datagrams.count), 0)
            }
          }
        }
      }
    }
    return Int(try check(sent))
  }
}

/// The text that the system has for an error number.
func systemMessage(_ code: Int32) -> String {
  String(cString: strerror(code))
}

private func retried(_ call: () -> CInt) -> CInt {
  while true {
    let answer = call()
    if answer >= 0 || errno != EINTR { return answer }
  }
}

private func check(_ answer: CInt) throws(SystemError) -> CInt {
  guard answer >= 0 else { throw SystemError(errno: errno) }
  return answer
}

private func withSocketAddress(
  _ endpoint: IPEndpoint, _ body: (UnsafePointer<sockaddr>, socklen_t) -> CInt
) -> CInt {
  withUnsafeTemporaryAllocation(
    byteCount: MemoryLayout<sockaddr_in6>.size, alignment: MemoryLayout<sockaddr_in6>.alignment
  ) { bytes in
    let name = bytes.baseAddress!
    let length = store(endpoint, at: name)
    return body(UnsafePointer(name.assumingMemoryBound(to: sockaddr.self)), length)
  }
}

/// Writes the endpoint where there is room for a `sockaddr_in6`.
///
/// - Returns: the length of what was written.
private func store(_ endpoint: IPEndpoint, at name: UnsafeMutableRawPointer) -> socklen_t {
  switch endpoint.address {
  case .v4(let address):
    var raw = sockaddr_in()
    raw.sin_family = sa_family_t(AF_INET)
    raw.sin_port = endpoint.port.bigEndian
    raw.sin_addr.s_addr = address.bigEndian
    name.storeBytes(of: raw, as: sockaddr_in.self)
    return socklen_t(MemoryLayout<sockaddr_in>.size)
  case .v6(let high, let low):
    var raw = sockaddr_in6()
    raw.sin6_family = sa_family_t(AF_INET6)
    raw.sin6_port = endpoint.port.bigEndian
    raw.sin6_addr = in6_addr(high: high, low: low)
    name.storeBytes(of: raw, as: sockaddr_in6.self)
    return socklen_t(MemoryLayout<sockaddr_in6>.size)
  }
}
