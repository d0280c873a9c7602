import Machines

/// Which address-of-record to look at next for expired bindings: a binary heap by time.
///
/// An address has one entry that counts, at or before its earliest expiry. A refresh, which moves
/// the expiry away, leaves it where it is, so that refreshes cost nothing here; the look that
/// comes too early then makes the next appointment.
struct ExpiryAgenda: Sendable {
  private var heap: [(time: WallTime, aor: AddressOfRecord)] = []

  init() {}

  /// A sorted array is a heap.
  init(_ entries: [(AddressOfRecord, WallTime)]) {
    heap = entries.map { ($0.1, $0.0) }.sorted { $0.time < $1.time }
  }

  var count: Int { heap.count }
  var next: WallTime? { heap.first?.time }

  mutating func add(_ aor: AddressOfRecord, at time: WallTime) {
    heap.append((time, aor))
    var place = heap.count - 1
    while place > 0, heap[place].time < heap[(place - 1) / 2].time {
      heap.swapAt(place, (place - 1) / 2)
      place = (place - 1) / 2
    }
  }

  /// Takes the first entry off, if its time has come.
  mutating func takeDue(at now: WallTime) -> (AddressOfRecord, WallTime)? {
    guard let first = heap.first, first.time <= now else { return nil }
    heap.swapAt(0, heap.count - 1)
    heap.removeLast()
    sinkFirst()
    return (first.aor, first.time)
  }

  private mutating func sinkFirst() {
    var place = 0
    while true {
      let left = 2 * place + 1
      guard left < heap.count else { return }
      let right = left + 1
      let child = right < heap.count && heap[right].time < heap[left].time ? right : left
      guard heap[child].time < heap[place].time else { return }
      heap.swapAt(place, child)
      place = child
    }
  }
}
