import Glibc
import Synchronization

/// Hands out ports of the loopback addresses that nobody has, below the range from which the
/// kernel takes ports for others.
enum Ports {
  /// From another place in each process, so that what an earlier run may have left is not met.
  private static let next = Atomic<Int>(21_000 + Int(getpid()) % 2000 * 2)
  private static let last = 31_900

  /// A port that is free for UDP and TCP.
  static func one() -> Int {
    while true {
      let port = next.add(2, ordering: .relaxed).oldValue
      if port > last { next.store(21_000, ordering: .relaxed) }
      if isFree(port) { return port }
    }
  }

  /// Neighbouring ports for media, the first one even. Whether each is free is the node's to find.
  static func range(_ count: Int) -> ClosedRange<Int> {
    let first = next.add(count + count % 2, ordering: .relaxed).oldValue
    if first + count > last {
      next.store(21_000, ordering: .relaxed)
      return range(count)
    }
    return first...(first + count - 1)
  }

  static func isFree(_ port: Int, on address: String = "127.0.0.1") -> Bool {
    canBind(port, address, SOCK_DGRAM) && canBind(port, address, SOCK_STREAM)
  }

  private static func canBind(_ port: Int, _ host: String, _ type: __socket_type) -> Bool {
    let socket = Glibc.socket(AF_INET, Int32(type.rawValue), 0)
    guard socket >= 0 else { return false }
    defer { close(socket) }
    var reuse: Int32 = 1
    if type == SOCK_STREAM {
      // Connections of an earlier test that linger in TIME_WAIT do not count.
      setsockopt(
        socket, SOL_SOCKET, SO_REUSEADDR, &reuse, socklen_t(MemoryLayout<Int32>.size))
    }
    return withSocketAddress(host, port) { bind(socket, $0, $1) == 0 }
  }
}

/// Lends an IPv4 socket address to a call into C.
func withSocketAddress<Result>(
  _ host: String, _ port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
) -> Result {
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_port = in_port_t(truncatingIfNeeded: port).bigEndian
  inet_pton(AF_INET, host, &address.sin_addr)
  return withUnsafePointer(to: &address) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
    }
  }
}
