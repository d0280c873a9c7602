/// Walks a message's header lines once and notes where they are; reads no value.
///
/// RFC 3261 §7 ends every line with CRLF. A line that ends otherwise is still a line here, so that
/// the request can be answered, but the message has a defect: two readers that disagree about
/// where lines end can be played against each other.
struct MessageIndexer {
  private(set) var headers = HeaderIndex()
  private(set) var headersEnd: Int
  private(set) var bodyStart: Int
  private(set) var defect: MessageDefect?
  private let limits: SIPLimits

  init(limits: SIPLimits, from start: Int) {
    self.limits = limits
    headersEnd = start
    bodyStart = start
  }

  mutating func index(_ bytes: borrowing RawSpan) {
    let table = HeaderNameTable.shared
    var position = bodyStart
    while true {
      guard position < bytes.byteCount else {
        note(.unterminatedHeaders)
        (headersEnd, bodyStart) = (position, position)
        return
      }
      let first = bytes[position]
      if first == .carriageReturn || first == .lineFeed,
        let next = lineEnd(bytes, at: position)
      {
        (headersEnd, bodyStart) = (position, next)
        return
      }
      position = indexLine(bytes, at: position, table)
    }
  }

  /// Notes the line at `start` and answers where the next one begins.
  @inline(__always)
  private mutating func indexLine(
    _ bytes: borrowing RawSpan, at start: Int, _ table: borrowing HeaderNameTable
  ) -> Int {
    let (end, next, isFolded) = logicalLine(bytes, from: start)
    let colon = ControlScan.firstColon(in: bytes, from: start)
    var nameEnd = min(colon, end)
    while nameEnd > start, bytes[nameEnd &- 1].isBlank { nameEnd &-= 1 }
    var header = table.lookUp(bytes, from: start, count: nameEnd &- start)
    if colon >= end || header == .other && !isToken(bytes, start..<nameEnd) {
      header = .malformed
    }
    var lower = min(colon &+ 1, end)
    while lower < end, bytes[lower].isWhitespace { lower &+= 1 }
    var upper = end
    while upper > lower, bytes[upper &- 1].isWhitespace { upper &-= 1 }
    if next &- start > min(limits.headerBytes, HeaderLine.largestValueOffset) {
      note(.headerTooLong)
      (header, lower, upper) = (.malformed, start, start)
    }
    if header == .malformed { note(.malformedHeaderLine) }
    if headers.count < limits.headerLines {
      let value = Range(uncheckedBounds: (lower, upper))
      headers.append(
        HeaderLine(start: start, value: value, isFolded: isFolded, header: header))
    } else {
      note(.tooManyHeaders)
    }
    return next
  }

  /// One header line with the lines that continue it (RFC 3261 §7.3.1): where its text ends, where
  /// the next one begins, and whether it was folded at all.
  @inline(__always)
  private mutating func logicalLine(
    _ bytes: borrowing RawSpan, from start: Int
  ) -> (end: Int, next: Int, isFolded: Bool) {
    var position = start
    var isFolded = false
    while true {
      let control = ControlScan.firstControl(in: bytes, from: position)
      guard control < bytes.byteCount else { return (control, control, isFolded) }
      guard let next = lineEnd(bytes, at: control) else {
        position = control &+ 1
        continue
      }
      guard next < bytes.byteCount, bytes[next].isBlank else {
        return (control, next, isFolded)
      }
      isFolded = true
      position = next
    }
  }

  /// Behind the line end at `position`, if there is one.
  @inline(__always)
  private mutating func lineEnd(_ bytes: borrowing RawSpan, at position: Int) -> Int? {
    let byte = bytes[position]
    if byte == .carriageReturn {
      if position &+ 1 < bytes.byteCount, bytes[position &+ 1] == .lineFeed {
        return position &+ 2
      }
      note(.strayLineEnd)
      return nil
    }
    guard byte == .lineFeed else { return nil }
    note(.strayLineEnd)
    return position &+ 1
  }

  mutating func note(_ found: MessageDefect) {
    if defect == nil { defect = found }
  }

  private func isToken(_ bytes: borrowing RawSpan, _ range: Range<Int>) -> Bool {
    for position in range where !bytes[position].isToken { return false }
    return !range.isEmpty
  }
}

extension RawSpan {
  @inline(__always)
  subscript(position: Int) -> UInt8 {
    unsafeLoad(fromByteOffset: position, as: UInt8.self)
  }
}
