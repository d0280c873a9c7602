/// Why no message, and so no answer, can be made of the bytes. Each is the peer's fault; a datagram
/// is dropped, a stream that carries it is not SIP.
///
/// Lesser faults give a `SIPMessage` that `RequestValidation` rejects with a status.
public enum SIPParseError: Error, Equatable, Sendable {
  /// Nothing but line ends: a keep-alive (RFC 5626 §3.5.1), or nothing at all.
  case empty
  /// More bytes than `SIPLimits.messageBytes`.
  case tooLarge
  /// The first line is neither a Request-Line nor a Status-Line (RFC 3261 §7.1, §7.2).
  case notSIP
  /// A response whose first line is malformed; responses are never answered.
  case malformedStatusLine
}
