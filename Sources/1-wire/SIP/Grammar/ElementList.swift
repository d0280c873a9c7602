/// Parts a list header's row at its commas (RFC 3261 §7.3.1), but not within quoted strings, angle
/// brackets or comments. White space around an element is left out, and so are empty elements.
struct ElementList {
  private let row: ArraySlice<UInt8>
  private var position: Int

  init(_ row: ArraySlice<UInt8>) {
    self.row = row
    position = row.startIndex
  }

  /// The next element's place in the row.
  mutating func next() -> Range<Int>? {
    while position < row.endIndex {
      let end = elementEnd()
      let element = row[position..<end].trimming(\.isWhitespace)
      position = end + 1
      if !element.isEmpty { return element.startIndex..<element.endIndex }
    }
    return nil
  }

  private func elementEnd() -> Int {
    var isQuoted = false
    var isBracketed = false
    var comments = 0
    var index = position
    while index < row.endIndex {
      let byte = row[index]
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
    return row.endIndex
  }
}
