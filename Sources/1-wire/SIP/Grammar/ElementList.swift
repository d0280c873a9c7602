/// Parts a list header's row at its commas (RFC 3261 §7.3.1), but not within quoted strings, angle
/// brackets or comments. White space around an element is left out, and so are empty elements.
struct ElementList {
  private let end: Int
  private var position: Int

  /// - Parameter row: within the bytes that come with every call.
  init(_ row: Range<Int>) {
    position = row.lowerBound
    end = row.upperBound
  }

  /// The next element's place.
  mutating func next(_ bytes: borrowing RawSpan) -> Range<Int>? {
    precondition(end <= bytes.byteCount)
    while position < end {
      let elementEnd = elementEnd(bytes)
      let element = bytes.trimming(position..<elementEnd)
      position = elementEnd + 1
      if !element.isEmpty { return element }
    }
    return nil
  }

  private func elementEnd(_ bytes: borrowing RawSpan) -> Int {
    var isQuoted = false
    var isBracketed = false
    var comments = 0
    var index = position
    while index < end {
      let byte = bytes[index]
      if byte == .backslash, isQuoted || comments > 0 {
        index += 1
      } else if isQuoted {
        isQuoted = byte != .quote
      } else if isBracketed {
        isBracketed = byte != .greater
      } else {
        switch byte {
        case .quote where comments == 0: isQuoted = true
        case .less where comments == 0: isBracketed = true
        case .leftParenthesis: comments += 1
        case .rightParenthesis: comments = max(0, comments - 1)
        case .comma where comments == 0: return index
        default: break
        }
      }
      index += 1
    }
    return end
  }
}
