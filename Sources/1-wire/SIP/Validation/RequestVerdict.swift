/// What the element does with a message before a transaction or dialog looks at it.
public enum RequestVerdict: Equatable, Sendable {
  /// It goes on.
  case accept
  /// The request is answered so, with these headers besides the usual ones.
  case reject(status: Int, reason: String?, headers: [HeaderField])
  /// Silence: a malformed response or ACK, or a request that cannot be answered.
  case drop
}
