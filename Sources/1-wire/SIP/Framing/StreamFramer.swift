/// Cuts a byte stream into messages by their Content-Length (RFC 3261 §18.3) and finds the
/// keep-alives between them (RFC 5626 §3.5.1).
///
/// However the bytes are cut on their way, the frames are the same and each byte is looked at a
/// bounded number of times. The owner appends what came, then takes frames until there is none;
/// then less than one message of `SIPLimits.messageBytes` remains buffered.
public struct StreamFramer: Sendable {
  public enum Frame: Equatable, Sendable {
    case message([UInt8])
    /// A double CRLF, to be answered by a single one.
    case ping
    /// A single CRLF between messages, given only if we send pings ourselves.
    case pong
  }

  private enum State: Sendable {
    /// Next is a start line; line ends before it are skipped (RFC 3261 §7.5).
    case betweenMessages
    /// Within headers that begin at `head`; no empty line before `scanned`.
    case inHead(scanned: Int)
    /// The message ends `count` bytes behind `head`.
    case inBody(count: Int)
    case failed(FramingError)
  }

  private let limits: SIPLimits
  private let sendsPings: Bool
  private var state = State.betweenMessages
  private var buffer: [UInt8] = []
  /// The offset of the first byte that no frame has taken yet.
  private var head = 0

  /// - Parameter sendsPings: the peer answers our pings, so a single CRLF is a pong at once. Else
  ///   it is nothing, or the first half of a ping.
  public init(limits: SIPLimits = .standard, sendsPings: Bool = false) {
    self.limits = limits
    self.sendsPings = sendsPings
  }

  public mutating func append(_ bytes: some Collection<UInt8>) {
    if case .failed = state { return }
    buffer += bytes
  }

  /// Whether a message has begun and is not whole yet: its sender can be held to a deadline.
  public var isWithinMessage: Bool {
    switch state {
    case .inHead, .inBody: true
    case .betweenMessages, .failed: false
    }
  }

  /// The next frame, or nil until more bytes come. After an error every call throws it again.
  public mutating func next() throws(FramingError) -> Frame? {
    while true {
      switch state {
      case .betweenMessages:
        if let keepAlive = takeLineEnds() { return keepAlive }
        guard head < buffer.count, !isLineEnd(buffer[head]) else { return nil }
        state = .inHead(scanned: head)
      case .inHead(let scanned):
        guard let end = endOfHeaders(from: scanned) else { return try waitForHeaders() }
        state = .inBody(count: try messageLength(headersEnd: end))
      case .inBody(let count):
        guard buffer.count - head >= count else { return nil }
        let message = Array(buffer[head..<(head + count)])
        head += count
        state = .betweenMessages
        compact()
        return .message(message)
      case .failed(let error):
        throw error
      }
    }
  }
}

extension StreamFramer {
  private func isLineEnd(_ byte: UInt8) -> Bool {
    byte == .carriageReturn || byte == .lineFeed
  }

  /// Takes line ends up to a start line, or up to a keep-alive, which it answers.
  private mutating func takeLineEnds() -> Frame? {
    defer { compact() }
    while head < buffer.count, isLineEnd(buffer[head]) {
      if buffer[head] == .lineFeed {
        head += 1
        continue
      }
      guard head + 1 < buffer.count else { return nil }
      guard buffer[head + 1] == .lineFeed else {
        head += 1
        continue
      }
      if sendsPings {
        head += 2
        return .pong
      }
      // The first half of a ping, or a stray line end: the next bytes tell.
      guard head + 2 < buffer.count else { return nil }
      guard buffer[head + 2] == .carriageReturn else {
        head += 2
        continue
      }
      guard head + 3 < buffer.count else { return nil }
      guard buffer[head + 3] == .lineFeed else {
        head += 2
        continue
      }
      head += 4
      return .ping
    }
    return nil
  }

  /// The offset behind the empty line: a line end that follows a line end.
  private func endOfHeaders(from scanned: Int) -> Int? {
    var position = scanned
    while let lineFeed = buffer[position...].firstIndex(of: .lineFeed) {
      var next = lineFeed + 1
      if next < buffer.count, buffer[next] == .carriageReturn { next += 1 }
      if next < buffer.count, buffer[next] == .lineFeed { return next + 1 }
      position = lineFeed + 1
    }
    return nil
  }

  /// Remembers how far the search came: the last two bytes may begin the empty line.
  private mutating func waitForHeaders() throws(FramingError) -> Frame? {
    guard buffer.count - head <= limits.messageBytes else { throw fail(.headTooLarge) }
    state = .inHead(scanned: max(head, buffer.count - 3))
    return nil
  }

  private mutating func messageLength(headersEnd: Int) throws(FramingError) -> Int {
    let headers = buffer[head..<headersEnd]
    guard headers.count <= limits.messageBytes else { throw fail(.headTooLarge) }
    var lengths = ContentLengthScan(headers)
    switch lengths.result() {
    case .missing: throw fail(.missingContentLength(head: Array(headers)))
    case .malformed: throw fail(.malformedContentLength(head: Array(headers)))
    case .length(let length):
      guard length <= limits.messageBytes - headers.count else {
        throw fail(.messageTooLarge(head: Array(headers)))
      }
      return headers.count + length
    }
  }

  private mutating func fail(_ error: FramingError) -> FramingError {
    state = .failed(error)
    buffer = []
    head = 0
    return error
  }

  /// Drops taken bytes once they are the larger part, so that moving the rest stays linear.
  private mutating func compact() {
    guard head == buffer.count || head > buffer.count / 2 else { return }
    buffer.removeFirst(head)
    head = 0
  }
}
