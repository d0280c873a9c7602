import CLinux
import Glibc
import Synchronization

/// A thread of the system's, for loops that must not share one with anything else.
final class SystemThread: Sendable {
  private let handle: Mutex<pthread_t?>

  /// - Parameter name: at most 15 octets, as the kernel keeps it.
  init(name: String, _ body: @escaping @Sendable () -> Void) throws(MediaPlaneFault) {
    var thread = pthread_t()
    // The box is released by the thread, or below when there is none.
    let box = Unmanaged.passRetained(ThreadBody(body))
    let code = pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue().body()
        return nil
      }, box.toOpaque())
    guard code == 0 else {
      box.release()
      throw .system("pthread_create", code)
    }
    tandem_name_thread(thread, name)
    handle = Mutex(thread)
  }

  /// Waits for the end of the thread, once; at once when called on the thread itself, which then
  /// cleans up after itself.
  func join() {
    let thread = handle.withLock { handle in
      defer { handle = nil }
      return handle
    }
    guard let thread else { return }
    if pthread_equal(thread, pthread_self()) != 0 {
      pthread_detach(thread)
    } else {
      pthread_join(thread, nil)
    }
  }
}

private final class ThreadBody: Sendable {
  let body: @Sendable () -> Void

  init(_ body: @escaping @Sendable () -> Void) {
    self.body = body
  }
}
