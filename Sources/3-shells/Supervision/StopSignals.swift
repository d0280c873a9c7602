import Glibc

/// The signals that ask a keeper to end, or SIGHUP to pass on, taken as input of its loop.
///
/// By a handler that writes to a pipe, and not by signalfd(2), which needs the signals blocked in
/// each thread: whoever calls the keeper may have threads already.
final class StopSignals: Sendable {
  struct Signal: Equatable {
    var number: Int32
    /// A terminal sends to the whole group, so the worker has it already.
    var isFromTerminal: Bool
  }

  /// Readable when a signal came.
  let descriptor: Int32

  init() throws(KeeperFault) {
    var ends: (Int32, Int32) = (-1, -1)
    let made = withUnsafeMutableBytes(of: &ends) { memory in
      pipe(memory.baseAddress!.assumingMemoryBound(to: Int32.self))
    }
    guard made == 0 else { throw .system("pipe", errno) }
    for end in [ends.0, ends.1] {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
    descriptor = ends.0
    pipeEnd = ends.1
    var action = sigaction()
    action.sa_flags = SA_SIGINFO | SA_RESTART
    action.__sigaction_handler.sa_sigaction = { number, information, _ in
      // SI_KERNEL of sigaction(2) is 0x80.
      var note = (UInt8(truncatingIfNeeded: number), information?.pointee.si_code == 0x80)
      let code = errno
      write(pipeEnd, &note, 2)
      errno = code
    }
    var taken = sigset_t()
    sigemptyset(&taken)
    for number in [SIGTERM, SIGINT, SIGHUP] {
      sigaction(number, &action, nil)
      sigaddset(&taken, number)
    }
    // Whoever started us may have blocked them in the thread that did.
    pthread_sigmask(SIG_UNBLOCK, &taken, nil)
  }

  func take() -> Signal? {
    var note: (UInt8, Bool) = (0, false)
    guard read(descriptor, &note, 2) == 2 else { return nil }
    return Signal(number: Int32(note.0), isFromTerminal: note.1)
  }
}

/// Where the handler writes; unsafe to the compiler, but written once, before the handler is there.
private nonisolated(unsafe) var pipeEnd: Int32 = -1
