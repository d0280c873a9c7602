/// A first-in, first-out queue of the indices below its capacity, each at most once, out of whose
/// middle an index can be taken. Operations take constant time and never allocate.
struct IndexQueue: Sendable {
  /// Where an index stands: between two others, `none` being the ends.
  private struct Links: Sendable {
    var previous = absent
    var next = absent
  }

  private static let none = -1
  private static let absent = -2

  private var links: [Links]
  private var last = none
  private(set) var count = 0
  private var head = none

  init(capacity: Int) {
    links = Array(repeating: Links(), count: capacity)
  }

  var isEmpty: Bool { count == 0 }
  var first: Int? { head == Self.none ? nil : head }

  func contains(_ index: Int) -> Bool { links[index].next != Self.absent }

  mutating func append(_ index: Int) {
    precondition(!contains(index))
    links[index] = Links(previous: last, next: Self.none)
    if last == Self.none { head = index } else { links[last].next = index }
    last = index
    count += 1
  }

  mutating func popFirst() -> Int? {
    guard let first else { return nil }
    remove(first)
    return first
  }

  /// Nothing happens if the index is not in the queue.
  mutating func remove(_ index: Int) {
    guard contains(index) else { return }
    let (previous, next) = (links[index].previous, links[index].next)
    if previous == Self.none { head = next } else { links[previous].next = next }
    if next == Self.none { last = previous } else { links[next].previous = previous }
    links[index] = Links()
    count -= 1
  }
}
