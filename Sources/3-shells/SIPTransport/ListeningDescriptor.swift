import Addressing
import CLinux
import Glibc

/// A TCP socket that listens; closed with the last reference.
///
/// It is opened here, and lent to the event loop as a duplicate, so that its number stays known
/// for as long as the transport listens.
final class ListeningDescriptor: Sendable {
  let number: CInt

  init(binding endpoint: IPEndpoint, backlog: Int) throws(SystemError) {
    let family = endpoint.address.isIPv6 ? AF_INET6 : AF_INET
    let kind = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
    number = try check(socket(family, CInt(bitPattern: kind), 0))
    // IPv4 has listeners of its own.
    if endpoint.address.isIPv6 { try setOption(number, CInt(IPPROTO_IPV6), IPV6_V6ONLY, 1) }
    // Connections of an earlier process in TIME_WAIT do not keep the port from us. On Linux this
    // lets no second listener in.
    try setOption(number, SOL_SOCKET, SO_REUSEADDR, 1)
    try bindSocket(number, to: endpoint)
    try check(listen(number, CInt(clamping: backlog)))
  }

  /// Takes over a socket that another process listened on.
  ///
  /// - Throws: if it does not listen on this address; then it is closed.
  init(adopting number: CInt, at endpoint: IPEndpoint) throws(SystemError) {
    self.number = number
    try checkSocket(number, isOf: CInt(SOCK_STREAM.rawValue), at: endpoint)
    guard try option(number, SOL_SOCKET, SO_ACCEPTCONN) == 1 else {
      throw SystemError(errno: EINVAL)
    }
  }

  deinit { close(number) }

  /// The same socket under another number, which its taker closes.
  func duplicated() throws(SystemError) -> CInt {
    try check(fcntl(number, F_DUPFD_CLOEXEC, 0))
  }

  func boundPort() throws(SystemError) -> UInt16 {
    try boundEndpoint(number).port
  }
}
