import Glibc

/// What a worker gets back: the descriptors are its own to close.
package struct KeptDescriptors: Equatable, Sendable {
  package var name: String
  package var descriptors: [Int32]
  package var payload: [UInt8]

  package init(name: String, descriptors: [Int32], payload: [UInt8]) {
    self.name = name
    self.descriptors = descriptors
    self.payload = payload
  }
}

/// Descriptors under a name. They stay open as long as somebody refers to it: the table, or a
/// queue of what is to be sent.
final class KeptItem: Sendable {
  let name: String
  let payload: [UInt8]
  let descriptors: [Int32]
  /// Its place in the order of all changes.
  let serial: UInt64
  /// The worker that kept it.
  let author: UInt64

  init(
    name: String, payload: [UInt8], descriptors: [Int32], serial: UInt64, author: UInt64
  ) {
    self.name = name
    self.payload = payload
    self.descriptors = descriptors
    self.serial = serial
    self.author = author
  }

  deinit {
    for descriptor in descriptors { close(descriptor) }
  }
}

/// All that a keeper holds, and what changed since a worker was told.
struct KeptTable {
  struct Changes {
    var kept: [KeptItem] = []
    var dropped: [String] = []
  }

  private var items: [String: KeptItem] = [:]
  private var drops: [String: (serial: UInt64, author: UInt64)] = [:]
  /// The number of the last change.
  private(set) var serial: UInt64 = 0
  private(set) var descriptors = 0
  private let limit: Int

  init(limit: Int = KeeperLimits.items) {
    self.limit = limit
  }

  var count: Int { items.count }

  func item(_ name: String) -> KeptItem? { items[name] }

  /// False when there are too many names; then the descriptors are closed.
  mutating func keep(
    _ name: String, _ payload: [UInt8], _ descriptors: [Int32], author: UInt64
  ) -> Bool {
    let item = KeptItem(
      name: name, payload: payload, descriptors: descriptors, serial: serial + 1, author: author)
    guard items.count < limit || items[name] != nil else { return false }
    serial += 1
    if let old = items.updateValue(item, forKey: name) {
      self.descriptors -= old.descriptors.count
    }
    self.descriptors += descriptors.count
    drops[name] = nil
    return true
  }

  mutating func drop(_ name: String, author: UInt64) {
    guard let old = items.removeValue(forKey: name) else { return }
    serial += 1
    descriptors -= old.descriptors.count
    if drops.count < limit { drops[name] = (serial, author) }
  }

  /// Everything, in the order in which it was kept.
  var all: [KeptItem] { items.values.sorted { $0.serial < $1.serial } }

  /// What others than `author` changed after the change of this number.
  func changes(after serial: UInt64, except author: UInt64) -> Changes {
    Changes(
      kept: all.filter { $0.serial > serial && $0.author != author },
      dropped: drops.filter { $0.value.serial > serial && $0.value.author != author }
        .map(\.key).sorted())
  }

  /// Nobody will ask any more what was dropped so far.
  mutating func forgetDrops() {
    drops = [:]
  }
}
