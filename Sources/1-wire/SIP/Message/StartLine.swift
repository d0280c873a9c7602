/// A Request-Line or a Status-Line (RFC 3261 §7.1, §7.2), as offsets into the message.
struct StartLine: Sendable {
  enum Subject: Sendable {
    case request(SIPMethod)
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
  init(_ bytes: [UInt8], end: Int, next: Int) throws(SIPParseError) {
    self =
      if Self.names(sip: bytes[0..<end]) {
        try Self.statusLine(bytes[0..<end], next: next)
      } else {
        try Self.requestLine(bytes[0..<end], next: next)
      }
  }

  /// `SIP-Version SP Status-Code SP Reason-Phrase`: one space each, and the second one stays even
  /// if the phrase is empty (RFC 4475 §3.1.1.13). A peer that leaves it out too is understood.
  private static func statusLine(
    _ line: ArraySlice<UInt8>, next: Int
  ) throws(SIPParseError) -> StartLine {
    let version = line.prefix { $0 != .space }
    let rest = line.dropFirst(version.count + 1)
    let digits = rest.prefix { $0 != .space }
    guard isVersion2(version), digits.count == 3, let status = Int(decimal: digits),
      100...699 ~= status
    else { throw .malformedStatusLine }
    let phrase = min(digits.endIndex + 1, line.endIndex)..<line.endIndex
    return StartLine(subject: .response(status), text: phrase, next: next, defect: nil)
  }

  /// `Method SP Request-URI SP SIP-Version`. Stray spaces give a message to be refused with 400
  /// (RFC 4475 §3.1.2.7 to §3.1.2.9), another version one for 505 (§3.1.2.16).
  private static func requestLine(
    _ line: ArraySlice<UInt8>, next: Int
  ) throws(SIPParseError) -> StartLine {
    let trimmed = line.trimming(\.isBlank)
    let method = trimmed.prefix { !$0.isBlank }
    let version = trimmed[
      (trimmed.lastIndex { $0.isBlank }.map { $0 + 1 } ?? trimmed.startIndex)...]
    guard trimmed.startIndex == line.startIndex, !method.isEmpty,
      method.allSatisfy(\.isToken), names(sip: version),
      version.startIndex > method.endIndex
    else { throw .notSIP }
    let target = trimmed[method.endIndex..<version.startIndex].trimming(\.isBlank)
    let isSpacedRight =
      trimmed.endIndex == line.endIndex && target.startIndex == method.endIndex + 1
      && target.endIndex + 1 == version.startIndex && !target.contains { $0.isBlank }
    let isWellFormed = isSpacedRight && !target.isEmpty
    return StartLine(
      subject: .request(SIPMethod(method)), text: target.startIndex..<target.endIndex, next: next,
      defect: !isVersion2(version) ? .unsupportedVersion : isWellFormed ? nil : .malformed)
  }

  /// Whether a version starts here; it is case-insensitive (RFC 3261 §7.1).
  private static func names(sip text: ArraySlice<UInt8>) -> Bool {
    let start = text.startIndex
    return text.count >= 4 && text[start] | 0x20 == 0x73 && text[start + 1] | 0x20 == 0x69
      && text[start + 2] | 0x20 == 0x70 && text[start + 3] == .slash
  }

  private static func isVersion2(_ version: ArraySlice<UInt8>) -> Bool {
    let start = version.startIndex
    return version.count == 7 && names(sip: version) && version[start + 4] == 0x32
      && version[start + 5] == .dot && version[start + 6] == 0x30
  }
}
