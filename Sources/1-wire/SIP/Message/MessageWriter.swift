/// Writes a message from nothing, line by line; copies header rows from another as they are.
///
/// A value cannot bring a line of its own: CR, LF and NUL in it become spaces.
public struct MessageWriter: Sendable {
  private var bytes: [UInt8] = []

  /// The URI is written as given, white space and control characters escaped.
  public init(request method: SIPMethod, uri: String) {
    bytes.reserveCapacity(Self.usualSize)
    bytes += method.name.utf8.lazy.map { $0 > 0x20 ? $0 : 0x2D }
    bytes.append(.space)
    for byte in uri.utf8 {
      if byte > 0x20 { bytes.append(byte) } else { bytes += "%20".utf8 }
    }
    bytes += " SIP/2.0\r\n".utf8
  }

  /// Without a reason, the phrase that the RFCs give the status.
  public init(status: Int, reason: String? = nil) {
    bytes.reserveCapacity(Self.usualSize)
    bytes += "SIP/2.0 \(status) ".utf8
    // RFC 3261 §25.1: a Reason-Phrase has no control characters, whoever it came from.
    bytes += (reason ?? ReasonPhrase.standard(status)).utf8.lazy.map {
      $0 < 0x20 || $0 == 0x7F ? .space : $0
    }
    bytes += [.carriageReturn, .lineFeed]
  }

  public mutating func add(_ name: HeaderName, _ value: String) {
    bytes += name.canonicalName.utf8.lazy.map(\.withoutLineEnd)
    bytes += [.colon, .space]
    bytes += value.utf8.lazy.map(\.withoutLineEnd)
    bytes += [.carriageReturn, .lineFeed]
  }

  /// All rows of the name, in order, byte for byte but for folds, which become spaces.
  public mutating func copy(_ name: HeaderName, from message: SIPMessage) {
    bytes += message.lineBytes(name)
  }

  /// Header lines written before, each ended by CRLF.
  public mutating func append(contentsOf lines: some Collection<UInt8>) {
    bytes += lines
  }

  /// The message. Content-Length is always written, Content-Type if it is given.
  public consuming func finish(body: [UInt8] = [], contentType: String? = nil) -> [UInt8] {
    if let contentType { add(.contentType, contentType) }
    add(.contentLength, String(body.count))
    bytes += [.carriageReturn, .lineFeed]
    bytes += body
    return bytes
  }

  private static let usualSize = 1024
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
    if let toTag, request.toTag == nil {
      writer.copyFirst(.to, from: request, suffix: ";tag=\(toTag)")
    } else {
      writer.copyFirst(.to, from: request)
    }
    writer.copyFirst(.callID, from: request)
    writer.copyFirst(.cSeq, from: request)
    if status == 100 { writer.copy(.timestamp, from: request) }
    return writer
  }

  private mutating func copyFirst(
    _ name: HeaderName, from message: SIPMessage, suffix: String = ""
  ) {
    guard let value = message.firstValueBytes(name) else { return }
    append(contentsOf: name.canonicalName.utf8)
    append(contentsOf: [.colon, .space])
    // A NUL may be legal within a quoted string (RFC 4475 §3.1.1.2): only line ends go.
    append(contentsOf: value.lazy.map { $0 == 0x0A || $0 == 0x0D ? .space : $0 })
    append(contentsOf: suffix.utf8.lazy.map(\.withoutLineEnd))
    append(contentsOf: [.carriageReturn, .lineFeed])
  }
}
