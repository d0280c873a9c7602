/// A first-in, first-out queue of fixed capacity, whose operations take constant time and never
/// allocate.
struct IndexQueue: Sendable {
  private var slots: [Int]
  private var head = 0
  private(set) var count = 0

  init(capacity: Int) {
    slots = Array(repeating: 0, count: max(1, capacity))
  }

  var isEmpty: Bool { count == 0 }
  var first: Int? { isEmpty ? nil : slots[head] }

  mutating func append(_ index: Int) {
    precondition(count < slots.count)
    slots[(head + count) % slots.count] = index
    count += 1
  }

  mutating func popFirst() -> Int? {
    guard let first else { return nil }
    head = (head + 1) % slots.count
    count -= 1
    return first
  }
}
