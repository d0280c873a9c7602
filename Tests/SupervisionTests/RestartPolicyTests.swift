import Testing

@testable import Supervision

@Suite("What follows a worker's end")
struct RestartPolicyTests {
  @Test("A worker that dies after it was ready is started again at once, whatever its status")
  func accident() {
    var policy = RestartPolicy()
    policy.isReady()
    for end in [WorkerEnd.signalled(9), .exited(1), .unknown] {
      let decision = policy.ended(end, .none, lived: .seconds(5), isStopping: false)
      #expect(decision == .restart(after: .zero))
    }
  }

  @Test("Deaths in quick succession are met more and more slowly, up to five seconds")
  func backoff() {
    var policy = RestartPolicy()
    policy.isReady()
    let delays = (0..<8).map { _ in
      policy.ended(.signalled(6), .none, lived: .milliseconds(10), isStopping: false)
    }
    let expected = [100, 200, 400, 800, 1600, 3200, 5000, 5000].map {
      RestartPolicy.Decision.restart(after: .milliseconds($0))
    }
    #expect(delays == expected)
    _ = policy.ended(.signalled(6), .none, lived: .seconds(1), isStopping: false)
    let again = policy.ended(.signalled(6), .none, lived: .zero, isStopping: false)
    #expect(again == .restart(after: .milliseconds(100)))
  }

  @Test("An error before any worker was ready ends the keeper with the same status")
  func mistake() {
    var policy = RestartPolicy()
    let decision = policy.ended(.exited(64), .none, lived: .zero, isStopping: false)
    #expect(decision == .finish(status: 64))
    // A crash is no mistake of the operator's.
    let crash = policy.ended(.signalled(11), .none, lived: .zero, isStopping: false)
    #expect(crash == .restart(after: .milliseconds(100)))
  }

  @Test("An end on purpose is the keeper's end; a hand-over is followed by another worker")
  func purpose() {
    var policy = RestartPolicy(wasEverReady: true)
    func decide(
      _ end: WorkerEnd, _ farewell: RestartPolicy.Farewell, isStopping: Bool = false
    ) -> RestartPolicy.Decision {
      policy.ended(end, farewell, lived: .zero, isStopping: isStopping)
    }
    #expect(decide(.exited(0), .none) == .finish(status: 0))
    #expect(decide(.exited(3), .goingDown) == .finish(status: 3))
    #expect(decide(.exited(0), .handedOver) == .restart(after: .zero))
    #expect(decide(.signalled(15), .none, isStopping: true) == .finish(status: 143))
  }
}
