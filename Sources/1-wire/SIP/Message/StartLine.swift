/// A Request-Line or a Status-Line (RFC 3261 §7.1, §7.2), as offsets into the message.
struct StartLine: Sendable {
  enum Subject: Sendable {
    /// The method is what stands before `methodEnd`.
    case request(SIPMethod.Known, methodEnd: Int)
    case response(Int)
  }

  /// What is wrong with a Request-Line that can still be answered.
  enum Defect: Equatable, Sendable {
    case malformed
    case unsupportedVersion
  }

  var subject: Subject
  /// The Request-URI, or the reason phrase.
  var text: Range<Int>
  /// The offset behind the line's end, where the headers begin.
  var next: Int
  var defect: Defect?
}

extension StartLine {
  /// Reads the line in `bytes[0..<end]`, without its line end, which ends at `next`.
  /// - Throws: `.notSIP` when it does not mention SIP, `.malformedStatusLine` for a bad response.
  init(_ bytes: borrowing RawSpan, end: Int, next: Int) throws(SIPParseError) {
    self =
      if Self.names(sip: bytes, 0..<end) {
        try Self.statusLine(bytes, end: end, next: next)
      } else {
        try Self.requestLine(bytes, end: end, next: next)
      }
  }

  /// `SIP-Version SP Status-Code SP Reason-Phrase`: one space each, and the second one stays even
  /// if the phrase is empty (RFC 4475 §3.1.1.13). A peer that leaves it out too is understood.
  private static func statusLine(
    _ bytes: borrowing RawSpan, end: Int, next: Int
  ) throws(SIPParseError) -> StartLine {
    let versionEnd = bytes.firstIndex(of: .space, in: 0..<end) ?? end
    let digits = min(versionEnd + 1, end)
    let digitsEnd = bytes.firstIndex(of: .space, in: digits..<end) ?? end
    guard isVersion2(bytes, 0..<versionEnd), digitsEnd - digits == 3,
      let status: Int = bytes.decimal(digits..<digitsEnd), 100...699 ~= status
    else { throw .malformedStatusLine }
    return StartLine(
      subject: .response(status), text: min(digitsEnd + 1, end)..<end, next: next, defect: nil)
  }

  /// `Method SP Request-URI SP SIP-Version`. Stray spaces give a message to be refused with 400
  /// (RFC 4475 §3.1.2.7 to §3.1.2.9), another version one for 505 (§3.1.2.16).
  private static func requestLine(
    _ bytes: borrowing RawSpan, end: Int, next: Int
  ) throws(SIPParseError) -> StartLine {
    var scanner = HeaderScanner(bytes, 0..<end)
    let method = scanner.take(while: .token, bytes)
    let trimmed = bytes.trimmingBlanks(method.upperBound..<end)
    var version = trimmed.upperBound
    while version > trimmed.lowerBound, !bytes[version &- 1].isBlank { version &-= 1 }
    guard !method.isEmpty, scanner.next(bytes)?.isBlank == true,
      names(sip: bytes, version..<trimmed.upperBound)
    else { throw .notSIP }
    let target = bytes.trimmingBlanks(method.upperBound..<version)
    let isSpacedRight =
      trimmed.upperBound == end && target.lowerBound == method.upperBound + 1
      && target.upperBound + 1 == version && !bytes.containsBlank(target)
    return StartLine(
      subject: .request(SIPMethod.Known(bytes, method), methodEnd: method.upperBound),
      text: target, next: next,
      defect: !isVersion2(bytes, version..<trimmed.upperBound)
        ? .unsupportedVersion : isSpacedRight && !target.isEmpty ? nil : .malformed)
  }

  /// Whether a version starts here; it is case-insensitive (RFC 3261 §7.1).
  private static func names(sip bytes: borrowing RawSpan, _ range: Range<Int>) -> Bool {
    let start = range.lowerBound
    return range.count >= 4 && bytes[start] | 0x20 == 0x73 && bytes[start + 1] | 0x20 == 0x69
      && bytes[start + 2] | 0x20 == 0x70 && bytes[start + 3] == .slash
  }

  private static func isVersion2(_ bytes: borrowing RawSpan, _ range: Range<Int>) -> Bool {
    let start = range.lowerBound
    return range.count == 7 && names(sip: bytes, range) && bytes[start + 4] == 0x32
      && bytes[start + 5] == .dot && bytes[start + 6] == 0x30
  }
}

extension RawSpan {
  fileprivate func trimmingBlanks(_ range: Range<Int>) -> Range<Int> {
    var (lower, upper) = (range.lowerBound, range.upperBound)
    while lower < upper, self[lower].isBlank { lower &+= 1 }
    while upper > lower, self[upper &- 1].isBlank { upper &-= 1 }
    return Range(uncheckedBounds: (lower, upper))
  }

  fileprivate func containsBlank(_ range: Range<Int>) -> Bool {
    var position = range.lowerBound
    while position < range.upperBound {
      if self[position].isBlank { return true }
      position &+= 1
    }
    return false
  }
}
