import CLinux
import Glibc

/// One end of the socket between keeper and worker; closed with the last reference. This is the
/// file of the target that holds unsafe pointers for messages.
final class KeeperChannel: Sendable {
  enum Sending: Equatable {
    case sent
    /// The other end has to read first.
    case full
    case failed(Int32)
  }

  enum Reception: Equatable {
    /// The descriptors are the taker's to close.
    case packet([UInt8], [Int32])
    case nothing
    /// The other end is closed.
    case ended
    /// Longer than a packet may be, or its descriptors found no room in this process; those that
    /// came are closed.
    case cut
  }

  let descriptor: Int32

  /// The descriptor becomes this channel's to close, and is not passed on to other programs.
  init(owning descriptor: Int32) {
    self.descriptor = descriptor
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
  }

  deinit { close(descriptor) }

  static func pair() throws(KeeperFault) -> (KeeperChannel, KeeperChannel) {
    var ends: (Int32, Int32) = (-1, -1)
    let kind = Int32(SOCK_SEQPACKET.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    let made = withUnsafeMutableBytes(of: &ends) { memory in
      socketpair(AF_UNIX, kind, 0, memory.baseAddress!.assumingMemoryBound(to: Int32.self))
    }
    guard made == 0 else { throw .system("socketpair", errno) }
    return (KeeperChannel(owning: ends.0), KeeperChannel(owning: ends.1))
  }

  /// Sends one packet without waiting.
  func send(_ bytes: [UInt8], _ descriptors: [Int32] = []) -> Sending {
    let space = descriptors.isEmpty ? 0 : tandem_control_space(descriptors.count * Self.size)
    return withUnsafeTemporaryAllocation(
      byteCount: max(1, space), alignment: MemoryLayout<cmsghdr>.alignment
    ) { control in
      bytes.withUnsafeBytes { bytes in
        var vector = iovec(
          iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress), iov_len: bytes.count)
        return withUnsafeMutablePointer(to: &vector) { vector in
          var message = msghdr()
          message.msg_iov = vector
          message.msg_iovlen = 1
          if space > 0 {
            message.msg_control = control.baseAddress
            message.msg_controllen = space
            Self.write(descriptors, to: &message)
          }
          return Self.transmit(&message, on: descriptor)
        }
      }
    }
  }

  /// Takes one packet without waiting.
  func receive() -> Reception {
    let space = tandem_control_space(KeeperLimits.descriptors * Self.size)
    return withUnsafeTemporaryAllocation(
      byteCount: space, alignment: MemoryLayout<cmsghdr>.alignment
    ) { control in
      withUnsafeTemporaryAllocation(byteCount: KeeperMessage.capacity, alignment: 8) { memory in
        var vector = iovec(iov_base: memory.baseAddress, iov_len: memory.count)
        return withUnsafeMutablePointer(to: &vector) { vector in
          var message = msghdr()
          message.msg_iov = vector
          message.msg_iovlen = 1
          message.msg_control = control.baseAddress
          message.msg_controllen = space
          let flags = Int32(MSG_DONTWAIT) | Int32(MSG_CMSG_CLOEXEC)
          let count = Self.retried { recvmsg(descriptor, &message, flags) }
          guard count >= 0 else { return errno == EAGAIN ? .nothing : .ended }
          guard count > 0 else { return .ended }
          let descriptors = Self.descriptors(of: &message)
          let lost = Int32(MSG_TRUNC) | Int32(MSG_CTRUNC)
          guard message.msg_flags & lost == 0 else {
            for descriptor in descriptors { close(descriptor) }
            return .cut
          }
          return .packet(Array(memory[..<min(count, memory.count)]), descriptors)
        }
      }
    }
  }

  /// Waits until there is something to read, or room to write.
  ///
  /// - Parameter timeout: in milliseconds; negative waits for ever.
  func wait(toWrite: Bool = false, timeout: Int32 = -1) {
    var request = pollfd(
      fd: descriptor, events: Int16(toWrite ? POLLOUT : POLLIN), revents: 0)
    poll(&request, 1, timeout)
  }

  private static let size = MemoryLayout<Int32>.size

  private static func write(_ descriptors: [Int32], to message: inout msghdr) {
    // There is room for one control message, so there is a first.
    guard let header = tandem_first_control(&message) else { return }
    header.pointee.cmsg_level = SOL_SOCKET
    header.pointee.cmsg_type = Int32(SCM_RIGHTS)
    header.pointee.cmsg_len = tandem_control_length(descriptors.count * size)
    guard let data = tandem_control_data(header) else { return }
    descriptors.withUnsafeBytes { data.copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
  }

  private static func transmit(_ message: inout msghdr, on descriptor: Int32) -> Sending {
    let flags = Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL)
    guard retried({ sendmsg(descriptor, &message, flags) }) >= 0 else {
      // Too many descriptors on their way are a matter of reading, too.
      let isPassing = errno == EAGAIN || errno == ENOBUFS || errno == ETOOMANYREFS
      return isPassing ? .full : .failed(errno)
    }
    return .sent
  }

  private static func descriptors(of message: inout msghdr) -> [Int32] {
    var found: [Int32] = []
    var next = tandem_first_control(&message)
    while let header = next {
      let count = tandem_descriptor_count(header)
      if count > 0, let data = tandem_control_data(header) {
        for index in 0..<count {
          found.append(
            UnsafeRawPointer(data).loadUnaligned(
              fromByteOffset: index * size, as: Int32.self))
        }
      }
      next = tandem_next_control(&message, header)
    }
    return found
  }

  private static func retried(_ call: () -> Int) -> Int {
    while true {
      let answer = call()
      if answer >= 0 || errno != EINTR { return answer }
    }
  }
}
