/// A range of bytes, or none, in eight bytes: what is kept of a parsed value is moved about.
struct Place: BitwiseCopyable, Sendable {
  private let lower: UInt32
  private let upper: UInt32

  static var none: Place { Place(lower: 1, upper: 0) }

  private init(lower: UInt32, upper: UInt32) {
    self.lower = lower
    self.upper = upper
  }

  /// Beyond four gigabytes, which no message reaches, the place ends early.
  @inline(__always)
  init(_ range: Range<Int>) {
    lower = UInt32(clamping: range.lowerBound)
    upper = UInt32(clamping: range.upperBound)
  }

  @inline(__always)
  init(_ range: Range<Int>?) {
    self = range.map { Place($0) } ?? .none
  }

  @inline(__always)
  var isNone: Bool { lower > upper }

  /// An empty one for `.none`.
  @inline(__always)
  var range: Range<Int> {
    Range(uncheckedBounds: (Int(lower), Int(max(lower, upper))))
  }

  /// Nil for `.none`.
  @inline(__always)
  var present: Range<Int>? { isNone ? nil : range }
}
