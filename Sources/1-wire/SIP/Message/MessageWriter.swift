/// Writes a message from nothing, line by line; copies header rows from another as they are.
///
/// A value cannot bring a line of its own: CR, LF and NUL in it become spaces.
public struct MessageWriter: Sendable {
  private var bytes: [UInt8] = []

  /// The URI is written as given, white space and control characters escaped.
  public init(request method: SIPMethod, uri: String) {
    bytes.reserveCapacity(Self.usualSize)
    for byte in method.name.utf8 { bytes.append(byte > 0x20 ? byte : 0x2D) }
    bytes.append(.space)
    bytes.append(uri: uri)
    bytes += " SIP/2.0\r\n".utf8
  }

  /// Without a reason, the phrase that the RFCs give the status.
  public init(status: Int, reason: String? = nil) {
    bytes.reserveCapacity(Self.usualSize)
    bytes += "SIP/2.0 ".utf8
    bytes.append(decimal: status)
    bytes.append(.space)
    let start = bytes.count
    bytes += (reason ?? ReasonPhrase.standard(status)).utf8
    // RFC 3261 §25.1: a Reason-Phrase has no control characters, whoever it came from.
    bytes.blank(from: start) { $0 < 0x20 || $0 == 0x7F }
    bytes += "\r\n".utf8
  }

  public mutating func add(_ name: HeaderName, _ value: String) {
    begin(name)
    bytes.append(withoutLineEnds: value)
    bytes += "\r\n".utf8
  }

  public mutating func add(_ name: HeaderName, _ number: Int) {
    begin(name)
    bytes.append(decimal: number)
    bytes += "\r\n".utf8
  }

  /// A From or To: the address, and the tag unless it is nil.
  public mutating func add(_ name: HeaderName, _ address: String, tag: String?) {
    begin(name)
    bytes.append(withoutLineEnds: address)
    if let tag {
      bytes += ";tag=".utf8
      bytes.append(withoutLineEnds: tag)
    }
    bytes += "\r\n".utf8
  }

  public mutating func add(_ cSeq: CSeq) {
    begin(.cSeq)
    bytes.append(decimal: Int(cSeq.number))
    bytes.append(.space)
    bytes.append(withoutLineEnds: cSeq.method.name)
    bytes += "\r\n".utf8
  }

  /// All rows of the name, in order, byte for byte but for folds, which become spaces.
  public mutating func copy(_ name: HeaderName, from message: SIPMessage) {
    message.appendLines(name, to: &bytes)
  }

  /// Header lines written before, each ended by CRLF.
  public mutating func append(contentsOf lines: some Collection<UInt8>) {
    bytes += lines
  }

  /// The message. Content-Length is always written, Content-Type if it is given.
  public consuming func finish(body: [UInt8] = [], contentType: String? = nil) -> [UInt8] {
    if let contentType { add(.contentType, contentType) }
    add(.contentLength, body.count)
    bytes += "\r\n".utf8
    bytes += body
    return bytes
  }

  private static let usualSize = 1024

  @inline(__always)
  private mutating func begin(_ name: HeaderName) {
    bytes.append(withoutLineEnds: name.canonicalName)
    bytes += ": ".utf8
  }
}

extension MessageWriter {
  /// A response with what RFC 3261 §8.2.6.2 takes from the request: Via (all), From, To, Call-ID
  /// and CSeq, and Timestamp into a 100 (§8.2.6.1).
  ///
  /// `toTag` goes into To unless that has a tag already. Only the first To, From, Call-ID and CSeq
  /// are taken, so that the answer to a request with two of them is well-formed.
  public static func response(
    to request: SIPMessage, status: Int, reason: String? = nil, toTag: String?
  ) -> MessageWriter {
    var writer = MessageWriter(status: status, reason: reason)
    writer.copy(.via, from: request)
    writer.copyFirst(.from, from: request)
    writer.copyFirst(.to, from: request, tag: request.hasToTag ? nil : toTag)
    writer.copyFirst(.callID, from: request)
    writer.copyFirst(.cSeq, from: request)
    if status == 100 { writer.copy(.timestamp, from: request) }
    return writer
  }

  private mutating func copyFirst(
    _ name: HeaderName, from message: SIPMessage, tag: String? = nil
  ) {
    guard let value = message.firstRow(name) else { return }
    begin(name)
    let start = bytes.count
    bytes += value.slice
    // A NUL may be legal within a quoted string (RFC 4475 §3.1.1.2): only line ends go.
    bytes.blank(from: start) { $0 == .lineFeed || $0 == .carriageReturn }
    if let tag {
      bytes += ";tag=".utf8
      bytes.append(withoutLineEnds: tag)
    }
    bytes += "\r\n".utf8
  }
}
