import Machines

/// Who wants to be told when: a binary heap of appointments, one a key.
///
/// A changed appointment leaves its old entry behind, which is passed over when it comes up, and
/// cleared away when such entries outnumber those that count.
struct Agenda<Key: Hashable> {
  private var heap: [(time: Instant, key: Key)] = []
  private var times: [Key: Instant] = [:]

  var count: Int { times.count }

  /// At or before the first appointment.
  var next: Instant? { heap.first?.time }

  func time(of key: Key) -> Instant? { times[key] }

  mutating func set(_ key: Key, at time: Instant) {
    guard times[key] != time else { return }
    times[key] = time
    push(time, key)
    if heap.count > 2 * times.count + 64 { heap = times.map { ($1, $0) }.sorted { $0.0 < $1.0 } }
  }

  mutating func cancel(_ key: Key) {
    times[key] = nil
  }

  /// Takes the first appointment off, if its time has come.
  mutating func takeDue(at now: Instant) -> Key? {
    while let first = heap.first, first.time <= now {
      heap.swapAt(0, heap.count - 1)
      heap.removeLast()
      sinkFirst()
      guard times[first.key] == first.time else { continue }
      times[first.key] = nil
      return first.key
    }
    return nil
  }

  private mutating func push(_ time: Instant, _ key: Key) {
    heap.append((time, key))
    var place = heap.count - 1
    while place > 0, heap[place].time < heap[(place - 1) / 2].time {
      heap.swapAt(place, (place - 1) / 2)
      place = (place - 1) / 2
    }
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

/// What the exchange has to see to at some time, calls and bindings aside.
enum Errand: Hashable {
  /// A timer of a request of ours.
  case request(branch: String)
  /// The next NOTIFY may leave.
  case notification(subscription: String)
  case subscriptionExpiry(String)
  case publicationExpiry(String)
  /// A message has been tried for long enough.
  case deliveryDeadline(UInt64)
}
