/// Walks a message's header lines once and notes where they are; reads no value.
///
/// RFC 3261 §7 ends every line with CRLF. A line that ends otherwise is still a line here, so that
/// the request can be answered, but the message has a defect: two readers that disagree about
/// where lines end can be played against each other.
struct MessageIndexer {
  private(set) var headersEnd: Int
  private(set) var bodyStart: Int
  private(set) var defect: MessageDefect?
  private let limits: SIPLimits
  private let longestLine: Int
  // Codes, and not cases: the way from one to the other is a table of its own.
  private static var other: UInt8 { 0 }
  private static var malformed: UInt8 { 0x7F }

  init(limits: SIPLimits, from start: Int) {
    self.limits = limits
    longestLine = min(limits.headerBytes, HeaderLine.largestValueOffset)
    headersEnd = start
    bodyStart = start
  }

  /// - Parameter headers: the lines go here, and not into a part of the indexer, which would have to
  ///   be moved to where it stays.
  mutating func index(_ bytes: borrowing RawSpan, into headers: inout HeaderIndex) {
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
      position = indexLine(bytes, at: position, table, into: &headers)
    }
  }

  /// Notes the line at `start` and answers where the next one begins.
  @inline(__always)
  private mutating func indexLine(
    _ bytes: borrowing RawSpan, at start: Int, _ table: borrowing HeaderNameTable,
    into headers: inout HeaderIndex
  ) -> Int {
    let line = logicalLine(bytes, from: start)
    let (end, next) = (line.end, line.next)
    let colon = ControlScan.first(.colon, in: bytes, from: start, to: end)
    var nameEnd = colon
    while nameEnd > start, bytes[nameEnd &- 1].isBlank { nameEnd &-= 1 }
    let name = Range(uncheckedBounds: (start, nameEnd))
    var code = Self.malformed
    // The table takes control characters for others: a name that may have one is looked at first.
    if colon < end, line.isPlain || isToken(bytes, name) {
      code = table.lookUp(bytes, from: start, count: nameEnd &- start)
      if code == Self.other, !isToken(bytes, name) { code = Self.malformed }
    }
    var value = bytes.trimming(Range(uncheckedBounds: (min(colon &+ 1, end), end)))
    if next &- start > longestLine {
      note(.headerTooLong)
      (code, value) = (Self.malformed, start..<start)
    }
    if code == Self.malformed { note(.malformedHeaderLine) }
    if headers.count < limits.headerLines {
      headers.append(
        HeaderLine(start: start, value: value, isFolded: line.isFolded, code: code))
    } else {
      note(.tooManyHeaders)
    }
    return next
  }

  /// A header line with the lines that continue it (RFC 3261 §7.3.1).
  private struct LogicalLine {
    /// Where its text ends, and where the next line begins.
    var end: Int
    var next: Int
    var isFolded = false
    /// No control character stands in it.
    var isPlain = true
  }

  @inline(__always)
  private mutating func logicalLine(_ bytes: borrowing RawSpan, from start: Int) -> LogicalLine {
    let control = ControlScan.firstControl(in: bytes, from: start)
    if control &+ 2 < bytes.byteCount, bytes[control] == .carriageReturn,
      bytes[control &+ 1] == .lineFeed, !bytes[control &+ 2].isBlank
    {
      return LogicalLine(end: control, next: control &+ 2)
    }
    return unusualLine(bytes, from: control)
  }

  /// A line that goes on after its first control character, or the last one of all.
  @inline(never)
  private mutating func unusualLine(_ bytes: borrowing RawSpan, from start: Int) -> LogicalLine {
    var line = LogicalLine(end: start, next: start)
    while true {
      let control = ControlScan.firstControl(in: bytes, from: line.next)
      (line.end, line.next) = (control, control)
      guard control < bytes.byteCount else { return line }
      guard let next = lineEnd(bytes, at: control) else {
        line.isPlain = false
        line.next = control &+ 1
        continue
      }
      line.next = next
      guard next < bytes.byteCount, bytes[next].isBlank else { return line }
      (line.isFolded, line.isPlain) = (true, false)
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
    var scanner = HeaderScanner(bytes, range)
    return !scanner.take(while: .token, bytes).isEmpty && scanner.isAtEnd
  }
}
