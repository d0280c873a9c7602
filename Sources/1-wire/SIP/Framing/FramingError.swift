/// Why a stream cannot be cut into messages any more. Where the next message would begin is not
/// known, so the stream closes, after an answer if there is one (RFC 3261 §18.3).
public enum FramingError: Error, Equatable, Sendable {
  /// The start line and headers of the offending message, with the empty line behind them.
  case missingContentLength(head: [UInt8])
  /// Not a number, negative, or several that differ.
  case malformedContentLength(head: [UInt8])
  case messageTooLarge(head: [UInt8])
  /// No end of the headers within `SIPLimits.messageBytes`: nothing to be answered.
  case headTooLarge

  /// The status of the answer to a request, before the stream closes.
  public var status: Int? {
    switch self {
    case .missingContentLength, .malformedContentLength: 400
    case .messageTooLarge: 513
    case .headTooLarge: nil
    }
  }

  public var reason: String? {
    switch self {
    case .missingContentLength: "Missing Content-Length Header"
    case .malformedContentLength: "Malformed Content-Length Header"
    case .messageTooLarge, .headTooLarge: nil
    }
  }

  /// What the answer is made from, by `SIPMessage` and `MessageWriter.response`.
  public var head: [UInt8]? {
    switch self {
    case .missingContentLength(let head), .malformedContentLength(let head),
      .messageTooLarge(let head):
      head
    case .headTooLarge: nil
    }
  }
}
