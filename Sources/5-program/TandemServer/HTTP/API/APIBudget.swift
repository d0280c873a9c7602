import Synchronization

/// How many of something may go on at the same time.
final class APIBudget: Sendable {
  private let free: Mutex<Int>

  init(maximum: Int) {
    free = Mutex(maximum)
  }

  /// Nil when all places are taken. A place that is forgotten is free again.
  func take() -> Place? {
    let isFree = free.withLock { free in
      guard free > 0 else { return false }
      free -= 1
      return true
    }
    return isFree ? Place(self) : nil
  }

  final class Place: Sendable {
    private let budget: APIBudget
    private let isHeld = Mutex(true)

    fileprivate init(_ budget: APIBudget) {
      self.budget = budget
    }

    deinit { release() }

    func release() {
      let wasHeld = isHeld.withLock { isHeld in
        defer { isHeld = false }
        return isHeld
      }
      if wasHeld { budget.free.withLock { $0 += 1 } }
    }
  }
}
