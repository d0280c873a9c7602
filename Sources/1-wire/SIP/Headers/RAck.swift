/// Which reliable provisional response a PRACK acknowledges (RFC 3262 §7.2).
public struct RAck: Hashable, Sendable {
  /// The response's RSeq.
  public var response: UInt32
  /// The CSeq of the request that it answered.
  public var request: CSeq

  public init(_ response: UInt32, of request: CSeq) {
    self.response = response
    self.request = request
  }

  public init?(_ text: String) {
    self.init(HeaderValue(text))
  }

  public var text: String { "\(response) \(request.text)" }
}

extension RAck {
  init?(_ value: HeaderValue) {
    let bytes = value.bytes.span.bytes
    var scanner = HeaderScanner(bytes, value.range)
    let number = scanner.take(while: .digit, bytes)
    guard let response: UInt32 = bytes.decimal(number), scanner.takeWhitespace(bytes),
      let request = CSeq(bytes, scanner.position..<value.range.upperBound)
    else { return nil }
    self.init(response, of: request)
  }
}

extension SIPMessage {
  /// The number of a reliable provisional response, from 1 on (RFC 3262 §7.1).
  public var rSeq: UInt32? {
    guard let number = firstValueBytes(.rSeq).flatMap({ UInt32(decimal: $0) }), number > 0 else {
      return nil
    }
    return number
  }

  public var rAck: RAck? { firstRow(.rAck).flatMap { RAck($0) } }
}
