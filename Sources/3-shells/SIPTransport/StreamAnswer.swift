import Machines
import SIP

/// What the transport itself says on a stream, and reads of what others say.
enum StreamAnswer {
  /// RFC 5626 §4.4.1.
  static let pong: [UInt8] = [0x0D, 0x0A]

  /// The answer to a request with which a stream stops making sense, if it can be answered.
  /// An ACK never is (RFC 3261 §17).
  static func refusal(of error: FramingError, from flow: Flow) -> [UInt8]? {
    guard let status = error.status, let head = error.head,
      var request = try? SIPMessage(head), request.isRequest, request.method != .ack,
      request.topVia != nil
    else { return nil }
    request.stampReceived(from: flow.remote)
    var randomness = Randomness.system
    return MessageWriter.response(
      to: request, status: status, reason: error.reason, toTag: randomness.token()
    ).finish()
  }

  /// Whether a final response to these bytes is to be expected: a request, but not ACK.
  static func wantsAnswer(_ message: [UInt8]) -> Bool {
    !isResponse(message) && !message.starts(with: "ACK ".utf8)
  }

  static func isResponse(_ message: [UInt8]) -> Bool {
    message.starts(with: "SIP/2.0 ".utf8)
  }

  static func isFinalResponse(_ message: [UInt8]) -> Bool {
    isResponse(message) && message.count > 8 && message[8] > UInt8(ascii: "1")
  }
}
