import HeapModule
import Machines

/// What is to happen, by its time; things of the same moment in the order in which they were
/// added.
struct EventQueue {
  private struct Entry: Comparable {
    let time: Instant
    let number: UInt64
    let body: () -> Void

    static func < (left: Entry, right: Entry) -> Bool {
      (left.time, left.number) < (right.time, right.number)
    }

    static func == (left: Entry, right: Entry) -> Bool { left.number == right.number }
  }

  private var heap = Heap<Entry>()
  private var added: UInt64 = 0

  mutating func add(at time: Instant, _ body: @escaping () -> Void) {
    added += 1
    heap.insert(Entry(time: time, number: added, body: body))
  }

  /// The next thing, if it is not later than `end`.
  mutating func next(until end: Instant) -> (time: Instant, body: () -> Void)? {
    guard let first = heap.min, first.time <= end else { return nil }
    heap.removeMin()
    return (first.time, first.body)
  }
}
