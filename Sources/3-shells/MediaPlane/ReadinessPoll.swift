import CLinux
import Glibc

/// Waits for sockets by epoll(7), level-triggered: what one turn leaves unread is told again.
struct ReadinessPoll: ~Copyable {
  private static let capacity = 256
  private let descriptor: Int32
  private let events: UnsafeMutablePointer<epoll_event>

  init() throws(MediaPlaneFault) {
    descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
    guard descriptor >= 0 else { throw .system("epoll_create1", errno) }
    events = .allocate(capacity: Self.capacity)
    events.initialize(repeating: epoll_event(), count: Self.capacity)
  }

  deinit {
    events.deallocate()
    close(descriptor)
  }

  /// Watches a socket for input; false when the kernel refuses.
  @discardableResult
  func add(_ socket: Int32, token: UInt64) -> Bool {
    var event = epoll_event()
    event.events = EPOLLIN.rawValue
    event.data.u64 = token
    return epoll_ctl(descriptor, EPOLL_CTL_ADD, socket, &event) == 0
  }

  func remove(_ socket: Int32) {
    var event = epoll_event()
    epoll_ctl(descriptor, EPOLL_CTL_DEL, socket, &event)
  }

  /// - Parameter timeout: in milliseconds; negative waits for ever.
  /// - Returns: how many tokens are ready.
  func wait(timeout: Int32) -> Int {
    let count = epoll_wait(descriptor, events, Int32(Self.capacity), timeout)
    return min(max(0, Int(count)), Self.capacity)
  }

  func token(_ index: Int) -> UInt64 {
    precondition(index >= 0 && index < Self.capacity)
    return events[index].data.u64
  }
}

/// Wakes a thread that waits for sockets, by eventfd(2).
final class WakeSignal: Sendable {
  let descriptor: Int32

  init() throws(MediaPlaneFault) {
    descriptor = eventfd(0, Int32(EFD_NONBLOCK) | Int32(EFD_CLOEXEC))
    guard descriptor >= 0 else { throw .system("eventfd", errno) }
  }

  deinit { close(descriptor) }

  /// Signals add up: a thread that was signalled twice wakes once.
  func raise() {
    var one: UInt64 = 1
    write(descriptor, &one, MemoryLayout<UInt64>.size)
  }

  func clear() {
    var count: UInt64 = 0
    read(descriptor, &count, MemoryLayout<UInt64>.size)
  }

  /// - Parameter timeout: in milliseconds; negative waits for ever.
  func wait(timeout: Int32) {
    var descriptor = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    poll(&descriptor, 1, timeout)
    clear()
  }
}
