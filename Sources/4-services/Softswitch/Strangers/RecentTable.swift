/// A table with a bound, which forgets what was written longest ago.
///
/// Two generations: when the younger is full it becomes the older, which is dropped. So nothing is
/// sorted or searched, and at least half of the bound is always remembered.
struct RecentTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  private let capacity: Int
  private var young: [Key: Value] = [:]
  private var old: [Key: Value] = [:]

  init(capacity: Int) {
    self.capacity = capacity
  }

  /// Never above the capacity.
  var count: Int { young.count + old.count }

  subscript(key: Key) -> Value? { young[key] ?? old[key] }

  mutating func put(_ value: Value, for key: Key) {
    old[key] = nil
    if young[key] == nil, young.count >= max(1, capacity / 2) {
      old = young
      young = [:]
    }
    young[key] = value
  }
}
