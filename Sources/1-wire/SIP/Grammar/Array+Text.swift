// How text gets into a message: as it is, and nothing that could end a line early.

extension [UInt8] {
  /// CR, LF and NUL become spaces.
  @inline(__always)
  mutating func append(withoutLineEnds text: String) {
    let start = count
    self += text.utf8
    blank(from: start) { $0 == .carriageReturn || $0 == .lineFeed || $0 == 0 }
  }

  /// What a Request-Line can hold: white space and control characters are escaped as spaces.
  mutating func append(uri text: String) {
    for byte in text.utf8 {
      if byte > 0x20 { append(byte) } else { self += "%20".utf8 }
    }
  }

  /// Digits, and a sign before a negative number.
  mutating func append(decimal number: Int) {
    if number < 0 { append(0x2D) }
    var rest = number.magnitude
    var divisor: UInt = 1
    while rest / divisor >= 10 { divisor *= 10 }
    while divisor > 0 {
      append(0x30 &+ UInt8(truncatingIfNeeded: rest / divisor))
      rest %= divisor
      divisor /= 10
    }
  }

  /// Replaces such bytes from a place on by spaces. Only control characters can be meant, so that
  /// a text without one is looked through eight bytes at a time.
  @inline(__always)
  mutating func blank(from start: Int, where isUnwanted: (UInt8) -> Bool) {
    guard ControlScan.hasControl(in: span.bytes, from: start) else { return }
    for position in start..<count where isUnwanted(self[position]) { self[position] = .space }
  }
}
