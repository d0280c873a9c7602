/// Reads a header's value from left to right. White space between its parts may be a fold too
/// (`LWS`, RFC 3261 §25.1).
struct HeaderScanner {
  private let bytes: ArraySlice<UInt8>
  private(set) var position: Int

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    position = bytes.startIndex
  }

  var isAtEnd: Bool { position >= bytes.endIndex }

  var next: UInt8? { position < bytes.endIndex ? bytes[position] : nil }

  var rest: ArraySlice<UInt8> { bytes[position...] }

  mutating func take(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    position += 1
    return true
  }

  /// The separator with white space around it, as `SEMI`, `EQUAL`, `SLASH` allow.
  mutating func takeSpaced(_ byte: UInt8) -> Bool {
    let start = position
    skipWhitespace()
    guard take(byte) else {
      position = start
      return false
    }
    skipWhitespace()
    return true
  }

  mutating func skipWhitespace() {
    while position < bytes.endIndex, bytes[position].isWhitespace { position += 1 }
  }

  mutating func take(while isPart: (UInt8) -> Bool) -> ArraySlice<UInt8> {
    let start = position
    while position < bytes.endIndex, isPart(bytes[position]) { position += 1 }
    return bytes[start..<position]
  }

  mutating func token() -> ArraySlice<UInt8>? {
    let token = take(while: \.isToken)
    return token.isEmpty ? nil : token
  }

  /// What is before the byte, which is taken too; nil if it does not come.
  mutating func take(upTo byte: UInt8) -> ArraySlice<UInt8>? {
    guard let end = bytes[position...].firstIndex(of: byte) else { return nil }
    defer { position = end + 1 }
    return bytes[position..<end]
  }

  /// A quoted string with its quotes and escapes as written; nil if it is not closed.
  mutating func quotedString() -> ArraySlice<UInt8>? {
    let start = position
    guard take(.quote) else { return nil }
    while position < bytes.endIndex {
      switch bytes[position] {
      case .quote:
        position += 1
        return bytes[start..<position]
      case .backslash: position += 2
      default: position += 1
      }
    }
    position = start
    return nil
  }
}

extension HeaderScanner {
  /// Moves behind the name-addr or addr-spec of From and To, to its parameters.
  mutating func skipAddress() -> Bool {
    skipWhitespace()
    if next == .quote, quotedString() == nil { return false }
    let isBare = take { $0 != .less && $0 != .semicolon }
    if take(.less) { return take(upTo: .greater) != nil }
    return !isBare.isEmpty
  }

  /// The token that a parameter holds, found by walking the parameters and building none.
  mutating func parameterValue(_ name: String) -> ArraySlice<UInt8>? {
    while takeSpaced(.semicolon) {
      guard let found = token() else { return nil }
      var value: ArraySlice<UInt8>?
      if takeSpaced(.equal) {
        value = next == .quote ? quotedString() : take(while: \.isParameterValue)
      }
      if found.equalsIgnoringCase(name.utf8) { return value?.isEmpty == false ? value : nil }
    }
    return nil
  }
}
