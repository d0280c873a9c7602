import Addressing
import Glibc

/// A peer on a blocking socket of the system, so that what is tested does not test itself.
/// Reads give up after two seconds.
final class PlainSocket: Sendable {
  private let descriptor: CInt

  private init(_ descriptor: CInt) {
    self.descriptor = descriptor
    var patience = timeval(tv_sec: 2, tv_usec: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    setsockopt(
      descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
  }

  deinit {
    Glibc.close(descriptor)
  }

  /// A UDP socket that sends to `remote`, and receives from there.
  static func udp(to remote: IPEndpoint) -> PlainSocket {
    let peer = PlainSocket(socket(AF_INET, CInt(SOCK_DGRAM.rawValue), 0))
    _ = withName(remote) { connect(peer.descriptor, $0, $1) }
    return peer
  }

  static func tcp(to remote: IPEndpoint) -> PlainSocket {
    let peer = PlainSocket(socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0))
    var yes: CInt = 1
    setsockopt(peer.descriptor, CInt(IPPROTO_TCP), TCP_NODELAY, &yes, 4)
    _ = withName(remote) { connect(peer.descriptor, $0, $1) }
    return peer
  }

  static func listening(backlog: CInt = 8) -> PlainSocket {
    let peer = PlainSocket(socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0))
    _ = withName(IPEndpoint(.loopback, 0)) { bind(peer.descriptor, $0, $1) }
    listen(peer.descriptor, backlog)
    return peer
  }

  func accepted() -> PlainSocket? {
    let connection = accept(descriptor, nil, nil)
    return connection < 0 ? nil : PlainSocket(connection)
  }

  var local: IPEndpoint { endpoint(getsockname) }
  var remote: IPEndpoint { endpoint(getpeername) }

  @discardableResult
  func send(_ bytes: [UInt8]) -> Bool {
    Glibc.send(descriptor, bytes, bytes.count, CInt(MSG_NOSIGNAL)) == bytes.count
  }

  /// What comes next; empty at the end of a stream; nil if nothing comes, or after a reset.
  func receive() -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: 65_536)
    let count = recv(descriptor, &bytes, bytes.count, 0)
    return count < 0 ? nil : Array(bytes[..<count])
  }

  /// The next `count` bytes of a stream, or fewer if it ends.
  func receive(count: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < count, let more = receive(), !more.isEmpty { bytes += more }
    return bytes
  }

  func receiveToEnd() -> [UInt8] { receive(count: .max) }

  /// Whether the peer closed the stream, by an end or by a reset, rather than leaving us waiting.
  func isClosedByPeer() -> Bool {
    while true {
      errno = 0
      guard let bytes = receive() else { return errno == ECONNRESET }
      if bytes.isEmpty { return true }
    }
  }

  func stopSending() {
    shutdown(descriptor, CInt(SHUT_WR))
  }

  private func endpoint(
    _ call: (CInt, UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> CInt
  ) -> IPEndpoint {
    var name = sockaddr_in()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    _ = withUnsafeMutablePointer(to: &name) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { call(descriptor, $0, &length) }
    }
    return IPEndpoint(
      .v4(UInt32(bigEndian: name.sin_addr.s_addr)), UInt16(bigEndian: name.sin_port))
  }
}

extension IPAddress {
  static let loopback = IPAddress.v4(0x7F00_0001)
}

private func withName(
  _ endpoint: IPEndpoint, _ body: (UnsafePointer<sockaddr>, socklen_t) -> CInt
) -> CInt {
  guard case .v4(let address) = endpoint.address else { preconditionFailure("IPv4 in tests") }
  var name = sockaddr_in()
  name.sin_family = sa_family_t(AF_INET)
  name.sin_port = endpoint.port.bigEndian
  name.sin_addr.s_addr = address.bigEndian
  return withUnsafePointer(to: &name) { pointer in
    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
    }
  }
}
