/// A request or a response (RFC 3261 §7): its bytes, and an index of its lines.
///
/// Making one reads no header's inside but Content-Length; headers are parsed when somebody asks.
/// Edits change the bytes in place, so that whatever was not touched leaves as it came.
///
/// The codec is lenient here and strict in `RequestValidation`: a faulty request is still a
/// message, because it has to be answered.
public struct SIPMessage: Sendable {
  /// The message as it would be sent: from the start line to the end of its body.
  public internal(set) var bytes: [UInt8]
  var start: StartLine
  var headers: HeaderIndex
  /// The offset of the empty line behind the headers.
  var headersEnd: Int
  var bodyStart: Int
  private(set) var defect: MessageDefect?

  public enum Kind: Equatable, Sendable {
    case request(SIPMethod)
    /// 100 to 699.
    case response(Int)
  }

  /// Indexes one message: a datagram, or what `StreamFramer` cut out.
  ///
  /// Line ends before the start line are skipped (RFC 3261 §7.5) and bytes behind the body that
  /// Content-Length announces are dropped (§18.3).
  public init(_ bytes: [UInt8], limits: SIPLimits = .standard) throws(SIPParseError) {
    guard bytes.count <= min(limits.messageBytes, Self.largestMessage) else { throw .tooLarge }
    var bytes = bytes
    if bytes.first?.isWhitespace == true {
      bytes.removeSubrange(..<(bytes.firstIndex { $0 != 0x0D && $0 != 0x0A } ?? bytes.endIndex))
    }
    guard !bytes.isEmpty else { throw .empty }
    let (end, next) = Self.firstLine(bytes.span.bytes)
    self.init(bytes, try StartLine(bytes.span.bytes, end: end, next: next))
    var indexer = MessageIndexer(limits: limits, from: next)
    if end + 1 == next { indexer.note(.strayLineEnd) }
    indexer.index(bytes.span.bytes, into: &headers)
    headersEnd = indexer.headersEnd
    bodyStart = indexer.bodyStart
    defect = indexer.defect
    settleEnd()
  }

  @inline(__always)
  private init(_ bytes: [UInt8], _ start: StartLine) {
    self.bytes = bytes
    self.start = start
    headers = HeaderIndex()
    headersEnd = start.next
    bodyStart = start.next
    defect = nil
  }

  /// Sees to the end of the headers, or of the body.
  @inline(__always)
  private mutating func settleEnd() {
    if bodyStart == headersEnd {
      // Edits rely on the empty line.
      if bytes.last != .lineFeed { bytes += "\r\n".utf8 }
      headersEnd = bytes.count
      if start.next > headersEnd || headers.count == 0 { start.next = headersEnd }
      bytes += "\r\n".utf8
      bodyStart = bytes.count
    } else if let line = headers.firstLine(.contentLength),
      let length: Int = bytes.span.bytes.decimal(line.value)
    {
      let surplus = bytes.count - bodyStart - length
      if surplus > 0 { bytes.removeLast(surplus) }
      if surplus < 0, defect == nil { defect = .truncatedBody }
    }
  }

  /// Offsets into a message stay far below `HeaderLine.largestStart` even after edits.
  private static let largestMessage = 0xF_FFFF

  /// Where the first line's text ends, and where the next line begins.
  private static func firstLine(_ bytes: borrowing RawSpan) -> (end: Int, next: Int) {
    var position = 0
    while true {
      position = ControlScan.firstControl(in: bytes, from: position)
      guard position < bytes.byteCount else { return (position, position) }
      if bytes[position] == .lineFeed { return (position, position + 1) }
      if bytes[position] == .carriageReturn, position + 1 < bytes.byteCount,
        bytes[position + 1] == .lineFeed
      {
        return (position, position + 2)
      }
      position += 1
    }
  }
}

extension SIPMessage {
  public var kind: Kind {
    switch start.subject {
    case .request: .request(method)
    case .response(let status): .response(status)
    }
  }

  public var isRequest: Bool {
    if case .request = start.subject { true } else { false }
  }

  /// A request's method; a response's CSeq method, or `.none` if that cannot be read.
  public var method: SIPMethod {
    switch start.subject {
    case .request(.other, let end): SIPMethod(bytes.span.bytes, 0..<end)
    case .request(let known, _): SIPMethod(known)
    case .response: cSeq?.method ?? .none
    }
  }

  /// 100 to 699 of a response, 0 of a request.
  public var statusCode: Int {
    if case .response(let status) = start.subject { status } else { 0 }
  }

  /// A response's; empty for a request.
  public var reasonPhrase: String {
    isRequest ? "" : String(decoding: bytes[start.text], as: UTF8.self)
  }

  /// As it stands in the request; empty for a response.
  public var requestURIText: String {
    isRequest ? String(decoding: bytes[start.text], as: UTF8.self) : ""
  }

  /// Nil if it is malformed, or the message is a response.
  public var requestURI: URI? {
    isRequest ? URI(HeaderValue(bytes, start.text)) : nil
  }

  /// Behind the empty line, as far as Content-Length reaches (RFC 3261 §18.3).
  public var body: ArraySlice<UInt8> { bytes[bodyStart...] }
}

extension SIPMessage: Equatable {
  public static func == (left: SIPMessage, right: SIPMessage) -> Bool {
    left.bytes == right.bytes
  }
}

extension SIPMessage: CustomStringConvertible {
  /// The whole message as text. It may hold secrets: not for logs.
  public var description: String { String(decoding: bytes, as: UTF8.self) }
}
