import CLinux
import Glibc

/// A process whose end we see, be it our child or not.
final class WatchedProcess: Sendable {
  let number: pid_t
  let isChild: Bool
  /// Readable when the process has ended (pidfd_open(2)).
  let descriptor: Int32

  init(_ number: pid_t, isChild: Bool) throws(KeeperFault) {
    let descriptor = tandem_open_process(number)
    guard descriptor >= 0 else { throw .system("pidfd_open", errno) }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    self.number = number
    self.isChild = isChild
    self.descriptor = descriptor
  }

  /// A process that ended before it could be watched.
  init(ended number: pid_t) throws(KeeperFault) {
    // Always readable, as the descriptor of a process is from its end on.
    let descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system("open /dev/null", errno) }
    self.number = number
    isChild = false
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// Nothing happens if the process has ended.
  func send(_ signal: Int32) {
    _ = tandem_signal_process(descriptor, signal)
  }

  /// How it ended; called once, when the descriptor is readable.
  func end() -> WorkerEnd {
    guard isChild else { return .unknown }
    var status: Int32 = 0
    while waitpid(number, &status, 0) < 0 {
      guard errno == EINTR else { return .unknown }
    }
    // The layout of wait(2)'s status: the signal in the low seven bits, else the exit status above.
    let signal = status & 0x7F
    return signal == 0 ? .exited((status >> 8) & 0xFF) : .signalled(signal)
  }
}
