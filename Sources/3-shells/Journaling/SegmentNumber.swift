/// The place of a segment in its journal: numbers only grow, and gaps mean nothing.
package struct SegmentNumber: Hashable, Comparable, Sendable {
  package var value: UInt64

  package init(value: UInt64) {
    self.value = value
  }

  /// Far beyond what a journal reaches, so that the next number always exists. A disk ignores what
  /// claims to lie behind it.
  package static let limit = SegmentNumber(value: 1 << 48)

  var next: SegmentNumber { SegmentNumber(value: value &+ 1) }

  package static func < (left: SegmentNumber, right: SegmentNumber) -> Bool {
    left.value < right.value
  }
}

extension SegmentNumber: CustomStringConvertible {
  /// Sixteen hexadecimal digits, as in a segment's file name.
  package var description: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
