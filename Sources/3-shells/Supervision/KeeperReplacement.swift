import CLinux
import Glibc

/// Starts keepers for a worker, more slowly if they do not last.
struct KeeperReplacement {
  private let successor: KeeperLink.Successor
  private var backoff = Backoff()
  private var child: pid_t?
  private var started: MonotonicTime?

  init(_ successor: KeeperLink.Successor) {
    self.successor = successor
  }

  /// The last keeper that was started here has ended: nobody else asks for its status.
  mutating func buryPredecessor() {
    guard let child else { return }
    self.child = nil
    var status: Int32 = 0
    // It has closed its socket, so it is dead or about to be.
    while waitpid(child, &status, 0) < 0, errno == EINTR {}
  }

  /// The keeper that was started last is no good: two of them must not watch one worker.
  mutating func dismiss() {
    guard let child else { return }
    kill(child, SIGKILL)
    buryPredecessor()
  }

  mutating func start() throws(KeeperFault) -> (pid_t, KeeperChannel) {
    if let started { sleep(backoff.delay(afterLiving: MonotonicTime.now - started)) }
    started = .now
    let (own, other) = try KeeperChannel.pair()
    var environment = WorkerEnvironment.inherited(successor.environment)
    environment[WorkerEnvironment.worker] = "\(other.descriptor):\(getpid())"
    let process = try WorkerProgram.own(name: successor.name).start(
      successor.arguments, environment: environment, passing: other)
    child = process
    return (process, own)
  }

  func pause() {
    sleep(.seconds(1))
  }

  private func sleep(_ duration: Duration) {
    let (seconds, attoseconds) = duration.components
    var time = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
    nanosleep(&time, nil)
  }
}

/// A thread that runs to the end of the process, or of its body.
enum ListeningThread {
  private final class Body: Sendable {
    let run: @Sendable () -> Void

    init(_ run: @escaping @Sendable () -> Void) {
      self.run = run
    }
  }

  /// - Parameter name: at most 15 octets, as the kernel keeps it.
  static func start(name: String, _ body: @escaping @Sendable () -> Void) throws(KeeperFault) {
    var thread = pthread_t()
    // The box is released by the thread, or below when there is none.
    let box = Unmanaged.passRetained(Body(body))
    let code = pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
        return nil
      }, box.toOpaque())
    guard code == 0 else {
      box.release()
      throw .system("pthread_create", code)
    }
    tandem_name_thread(thread, name)
    pthread_detach(thread)
  }
}
