import Addressing
import Glibc

// System calls on sockets as this target uses them: an error is thrown, an address is an endpoint.

/// What a system call answered when it failed.
struct SystemError: Error, Equatable {
  var errno: Int32
}

func setOption(
  _ socket: CInt, _ level: CInt, _ option: CInt, _ value: CInt
) throws(SystemError) {
  var value = value
  try check(setsockopt(socket, level, option, &value, socklen_t(MemoryLayout<CInt>.size)))
}

func option(_ socket: CInt, _ level: CInt, _ option: CInt) throws(SystemError) -> CInt {
  var value: CInt = 0
  var length = socklen_t(MemoryLayout<CInt>.size)
  try check(getsockopt(socket, level, option, &value, &length))
  return value
}

func bindSocket(_ socket: CInt, to endpoint: IPEndpoint) throws(SystemError) {
  try check(withSocketAddress(endpoint) { bind(socket, $0, $1) })
}

func boundEndpoint(_ socket: CInt) throws(SystemError) -> IPEndpoint {
  var storage = sockaddr_in6()
  var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
  let answer = withUnsafeMutableBytes(of: &storage) { bytes in
    getsockname(socket, bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self), &length)
  }
  try check(answer)
  // The port has the same place in both layouts.
  let port = UInt16(bigEndian: storage.sin6_port)
  switch CInt(storage.sin6_family) {
  case AF_INET6:
    let (high, low) = storage.sin6_addr.halves
    return IPEndpoint(.v6(high, low), port)
  case AF_INET:
    let address = withUnsafeBytes(of: storage) {
      $0.loadUnaligned(as: sockaddr_in.self).sin_addr.s_addr
    }
    return IPEndpoint(.v4(UInt32(bigEndian: address)), port)
  default:
    throw SystemError(errno: EAFNOSUPPORT)
  }
}

/// Whether a socket from elsewhere is what it is taken for. Port 0 stands for any.
func checkSocket(_ socket: CInt, isOf kind: CInt, at endpoint: IPEndpoint) throws(SystemError) {
  let bound = try boundEndpoint(socket)
  guard try option(socket, SOL_SOCKET, SO_TYPE) == kind, bound.address == endpoint.address,
    endpoint.port == 0 || bound.port == endpoint.port
  else { throw SystemError(errno: EINVAL) }
  try check(fcntl(socket, F_SETFD, FD_CLOEXEC))
}

/// The number that the kernel gives a socket for its life, whatever descriptors name it.
func socketCookie(_ descriptor: CInt) -> UInt64? {
  var cookie: UInt64 = 0
  var length = socklen_t(MemoryLayout<UInt64>.size)
  let answer = getsockopt(descriptor, SOL_SOCKET, SO_COOKIE, &cookie, &length)
  return answer == 0 ? cookie : nil
}

/// The numbers of this process's open descriptors.
func openDescriptors() -> [CInt] {
  guard let folder = opendir("/proc/self/fd") else { return [] }
  defer { closedir(folder) }
  var found: [CInt] = []
  while let entry = readdir(folder) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
      String(cString: UnsafeRawPointer(pointer).assumingMemoryBound(to: CChar.self))
    }
    if let number = CInt(name), number != dirfd(folder) { found.append(number) }
  }
  return found
}

/// The text that the system has for an error number.
func systemMessage(_ code: Int32) -> String {
  String(cString: strerror(code))
}

func retried(_ call: () -> CInt) -> CInt {
  while true {
    let answer = call()
    if answer >= 0 || errno != EINTR { return answer }
  }
}

@discardableResult
func check(_ answer: CInt) throws(SystemError) -> CInt {
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
func store(_ endpoint: IPEndpoint, at name: UnsafeMutableRawPointer) -> socklen_t {
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
