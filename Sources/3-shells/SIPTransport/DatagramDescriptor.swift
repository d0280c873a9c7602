import Addressing
import CLinux
import Glibc

/// A UDP socket and the system calls on it; closed with the last reference.
///
/// We send by sendmmsg(2) ourselves, because NIO closes a datagram channel when the system refuses
/// one datagram: a Contact with port 0 or a broadcast address would take the listener down. This
/// file and `SystemCalls.swift` hold the target's unsafe pointers.
final class DatagramDescriptor: Sendable {
  let number: CInt

  /// Binds a new socket.
  ///
  /// - Parameter shared: other sockets of this process bind to the same address (SO_REUSEPORT),
  ///   one for each loop, and the kernel spreads the peers over them.
  init(binding endpoint: IPEndpoint, shared: Bool) throws(SystemError) {
    let family = endpoint.address.isIPv6 ? AF_INET6 : AF_INET
    let kind = SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
    number = try check(socket(family, CInt(bitPattern: kind), 0))
    // IPv4 has listeners of its own.
    if endpoint.address.isIPv6 { try setOption(number, CInt(IPPROTO_IPV6), IPV6_V6ONLY, 1) }
    if shared { try share() }
    try bindSocket(number, to: endpoint)
  }

  /// Takes over a socket that another process bound.
  ///
  /// - Throws: if it is no UDP socket on this address; then it is closed.
  init(adopting number: CInt, at endpoint: IPEndpoint) throws(SystemError) {
    self.number = number
    try checkSocket(number, isOf: CInt(SOCK_DGRAM.rawValue), at: endpoint)
  }

  /// Lets others bind to the same address, if they say so too.
  func share() throws(SystemError) {
    try setOption(number, SOL_SOCKET, SO_REUSEPORT, 1)
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
      if (try? setOption(number, SOL_SOCKET, privileged, size)) == nil {
        try? setOption(number, SOL_SOCKET, usual, size)
      }
    }
  }

  func boundPort() throws(SystemError) -> UInt16 {
    try boundEndpoint(number).port
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
