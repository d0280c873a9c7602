import Synchronization

/// Carries what other threads have for the loop, and wakes it once for all that has gathered.
final class Mailbox<Item: Sendable>: Sendable {
  private let items = Mutex<[Item]>([])
  private let wake: @Sendable () -> Void

  /// - Parameter wake: has `takeAll` called soon; on any thread, once for a first item.
  init(wake: @escaping @Sendable () -> Void) {
    self.wake = wake
  }

  func put(_ item: Item) {
    let isFirst = items.withLock { items in
      items.append(item)
      return items.count == 1
    }
    if isFirst { wake() }
  }

  func put(_ some: [Item]) {
    let isFirst = items.withLock { items in
      defer { items += some }
      return items.isEmpty
    }
    if isFirst { wake() }
  }

  func takeAll() -> [Item] {
    items.withLock { items in
      defer { items.removeAll(keepingCapacity: true) }
      return items
    }
  }
}
