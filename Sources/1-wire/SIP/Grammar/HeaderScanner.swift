/// Reads a part of some bytes from left to right. White space between its parts may be a fold too
/// (`LWS`, RFC 3261 §25.1).
///
/// The scanner holds a place only, so that nothing is retained: the bytes come with every call, and
/// they have to be the same ones.
struct HeaderScanner {
  private(set) var position: Int
  let end: Int

  /// - Parameter range: within `bytes`.
  @inline(__always)
  init(_ bytes: borrowing RawSpan, _ range: Range<Int>) {
    precondition(range.lowerBound >= 0 && range.upperBound <= bytes.byteCount)
    position = range.lowerBound
    end = range.upperBound
  }

  var isAtEnd: Bool { position >= end }

  @inline(__always)
  func next(_ bytes: borrowing RawSpan) -> UInt8? {
    position < end ? bytes[position] : nil
  }

  @inline(__always)
  mutating func take(_ byte: UInt8, _ bytes: borrowing RawSpan) -> Bool {
    guard position < end, bytes[position] == byte else { return false }
    position &+= 1
    return true
  }

  /// The separator with white space around it, as `SEMI`, `EQUAL`, `SLASH` allow.
  @inline(__always)
  mutating func takeSpaced(_ byte: UInt8, _ bytes: borrowing RawSpan) -> Bool {
    let start = position
    skipWhitespace(bytes)
    guard take(byte, bytes) else {
      position = start
      return false
    }
    skipWhitespace(bytes)
    return true
  }

  @inline(__always)
  mutating func skipWhitespace(_ bytes: borrowing RawSpan) {
    // A local place stays in a register.
    var place = position
    while place < end, bytes[place].isWhitespace { place &+= 1 }
    position = place
  }

  /// Whether white space stands here, which is then taken.
  @inline(__always)
  mutating func takeWhitespace(_ bytes: borrowing RawSpan) -> Bool {
    let start = position
    skipWhitespace(bytes)
    return position > start
  }

  @inline(__always)
  mutating func take(while characters: CharacterClass, _ bytes: borrowing RawSpan) -> Range<Int> {
    let start = position
    var place = start
    while place < end, characters.contains(bytes[place]) { place &+= 1 }
    position = place
    return Range(uncheckedBounds: (start, place))
  }

  @inline(__always)
  mutating func take(
    _ bytes: borrowing RawSpan, while isPart: (UInt8) -> Bool
  ) -> Range<Int> {
    let start = position
    var place = start
    while place < end, isPart(bytes[place]) { place &+= 1 }
    position = place
    return Range(uncheckedBounds: (start, place))
  }

  @inline(__always)
  mutating func token(_ bytes: borrowing RawSpan) -> Range<Int>? {
    let token = take(while: .token, bytes)
    return token.isEmpty ? nil : token
  }

  /// What is before the byte, which is taken too; nil if it does not come.
  @inline(__always)
  mutating func take(upTo byte: UInt8, _ bytes: borrowing RawSpan) -> Range<Int>? {
    let start = position
    guard let found = bytes.firstIndex(of: byte, in: start..<max(start, end)) else { return nil }
    position = found &+ 1
    return Range(uncheckedBounds: (start, found))
  }

  /// All that is left.
  mutating func takeRest() -> Range<Int> {
    let rest = position..<max(position, end)
    position = rest.upperBound
    return rest
  }

  /// A quoted string with its quotes and escapes as written; nil if it is not closed.
  mutating func quotedString(_ bytes: borrowing RawSpan) -> Range<Int>? {
    let start = position
    guard take(.quote, bytes) else { return nil }
    while position < end {
      switch bytes[position] {
      case .quote:
        position &+= 1
        return Range(uncheckedBounds: (start, position))
      case .backslash: position &+= 2
      default: position &+= 1
      }
    }
    position = start
    return nil
  }
}

extension HeaderScanner {
  /// Moves behind the name-addr or addr-spec of From and To, to its parameters.
  mutating func skipAddress(_ bytes: borrowing RawSpan) -> Bool {
    skipWhitespace(bytes)
    if next(bytes) == .quote, quotedString(bytes) == nil { return false }
    let bare = take(bytes) { $0 != .less && $0 != .semicolon }
    if take(.less, bytes) { return take(upTo: .greater, bytes) != nil }
    return !bare.isEmpty
  }
}
