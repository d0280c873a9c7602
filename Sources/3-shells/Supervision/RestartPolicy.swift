/// How a worker ended.
enum WorkerEnd: Equatable, Sendable {
  case exited(Int32)
  case signalled(Int32)
  /// It was not this keeper's child, so nobody told.
  case unknown
}

extension WorkerEnd: CustomStringConvertible {
  var description: String {
    switch self {
    case .exited(let status): "ended with status \(status)"
    case .signalled(let number): "was killed by signal \(number)"
    case .unknown: "ended"
    }
  }

  /// As a shell reports it.
  var status: Int32 {
    switch self {
    case .exited(let status): status
    case .signalled(let number): 128 &+ number
    case .unknown: 0
    }
  }
}

/// Waits that grow while what is started does not last.
struct Backoff: Equatable, Sendable {
  /// What lived as long as this is no failed start.
  var settled = Duration.seconds(1)
  var first = Duration.milliseconds(100)
  var longest = Duration.seconds(5)
  private var next: Duration?

  init() {}

  /// How long to wait before the next start, after something that lived for so long.
  mutating func delay(afterLiving lived: Duration) -> Duration {
    guard lived < settled else {
      next = nil
      return .zero
    }
    let delay = next ?? first
    next = min(delay * 2, longest)
    return delay
  }
}

/// Decides what follows a worker's end.
struct RestartPolicy: Equatable, Sendable {
  enum Decision: Equatable, Sendable {
    /// The keeper ends too, with this status.
    case finish(status: Int32)
    case restart(after: Duration)
  }

  /// What the worker said of itself before it ended.
  enum Farewell: Equatable, Sendable {
    case none
    case goingDown
    case handedOver
  }

  private var backoff = Backoff()
  private var wasEverReady = false

  init(wasEverReady: Bool = false) {
    self.wasEverReady = wasEverReady
  }

  mutating func isReady() {
    wasEverReady = true
  }

  /// - Parameter isStopping: the keeper was asked to end.
  mutating func ended(
    _ end: WorkerEnd, _ farewell: Farewell, lived: Duration, isStopping: Bool
  ) -> Decision {
    if isStopping || farewell == .goingDown { return .finish(status: end.status) }
    if farewell == .handedOver { return .restart(after: .zero) }
    switch end {
    case .exited(0):
      return .finish(status: 0)
    case .exited(let status) where !wasEverReady:
      // A mistake in the configuration is for a person to mend.
      return .finish(status: status)
    case .exited, .signalled, .unknown:
      return .restart(after: backoff.delay(afterLiving: lived))
    }
  }
}
