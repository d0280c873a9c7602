import Machines

/// Whose messages the database keeps.
struct KeptMessages {
  private var marks: [AddressOfRecord: [KeptMessageMark]] = [:]
  private(set) var count = 0

  func isEmpty(for recipient: AddressOfRecord) -> Bool { marks[recipient] == nil }

  /// Those that have expired do not count, though the database may have them yet.
  mutating func count(for recipient: AddressOfRecord, at now: WallTime) -> Int {
    replace(recipient, (marks[recipient] ?? []).filter { $0.expiresAt > now })
    return marks[recipient]?.count ?? 0
  }

  mutating func add(_ mark: KeptMessageMark) {
    marks[mark.recipient, default: []].append(mark)
    count += 1
  }

  mutating func remove(_ id: String, of recipient: AddressOfRecord) {
    replace(recipient, (marks[recipient] ?? []).filter { $0.id != id })
  }

  /// As the database has it.
  mutating func replace(_ recipient: AddressOfRecord, _ found: [KeptMessageMark]) {
    count += found.count - (marks[recipient]?.count ?? 0)
    marks[recipient] = found.isEmpty ? nil : found
  }

  mutating func forgetExpired(at now: WallTime) {
    for recipient in Array(marks.keys) { _ = count(for: recipient, at: now) }
  }
}
