import Machines

/// What happened, as a number that two runs can be compared by and, where somebody wants to read
/// it, as lines.
package struct SimulationTrace: Sendable {
  package private(set) var hash: UInt64 = 0xCBF2_9CE4_8422_2325
  package private(set) var events = 0
  package private(set) var lines: [String] = []
  let isKept: Bool

  init(isKept: Bool) {
    self.isKept = isKept
  }

  mutating func mix(_ number: UInt64) {
    hash = (hash ^ number) &* 0x0000_0100_0000_01B3
    hash ^= hash >> 29
  }

  mutating func count() { events += 1 }

  mutating func write(_ line: String) { lines.append(line) }
}
