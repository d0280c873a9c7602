/// The legs of one media thread, by the index of their ports in the range.
///
/// Memory for the whole range is set aside once (the kernel lends pages only as they are used), so
/// that a packet finds its leg without hashing and attaching one allocates nothing. Owned and
/// touched by one thread. Every access is checked: the index lies inside, and a leg is there.
struct LegTable: ~Copyable {
  private let legs: UnsafeMutablePointer<Leg>
  private let generations: UnsafeMutablePointer<UInt32>
  private let capacity: Int
  private var nextGeneration: UInt32 = 1

  init(capacity: Int) {
    self.capacity = capacity
    legs = .allocate(capacity: capacity)
    generations = .allocate(capacity: capacity)
    generations.initialize(repeating: 0, count: capacity)
  }

  deinit {
    // A leg is plain memory: nothing in it needs to be released.
    legs.deallocate()
    generations.deallocate()
  }

  /// The generation of the leg at an index, 0 where there is none.
  func generation(_ index: Int) -> UInt32 {
    precondition(index >= 0 && index < capacity)
    return generations[index]
  }

  func isOccupied(_ index: Int) -> Bool { generation(index) != 0 }

  mutating func insert(_ leg: Leg, at index: Int) {
    precondition(!isOccupied(index))
    (legs + index).initialize(to: leg)
    generations[index] = nextGeneration
    // Zero stands for an empty place. A generation tells a leg from its predecessor within one
    // turn of the loop, far less than the four billion until one comes back.
    nextGeneration = nextGeneration == .max ? 1 : nextGeneration + 1
  }

  mutating func remove(_ index: Int) -> Leg {
    precondition(isOccupied(index))
    generations[index] = 0
    return (legs + index).move()
  }

  subscript(index: Int) -> Leg {
    _read {
      precondition(isOccupied(index))
      yield legs[index]
    }
    _modify {
      precondition(isOccupied(index))
      yield &legs[index]
    }
  }
}
