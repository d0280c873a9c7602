import SIP

/// Who takes what the transport receives. Loops are numbered from 0 in the order of the event
/// loop group; each call comes on the loop that it names.
package protocol SIPTransportDelegate: AnyObject, Sendable {
  /// One datagram, or one message cut from a stream.
  func received(_ bytes: [UInt8], from flow: Flow, on loop: Int)

  /// The loop is about to flush: after each batch of received messages, and once for the sends
  /// made outside of one. What is sent in here leaves with that flush.
  func tickEnded(on loop: Int)

  /// Nothing more will come from this connection. If it was the peer that stopped sending,
  /// responses can still be sent on it for a little while (`TransportLimits.lingerTimeout`).
  func connectionClosed(_ flow: Flow, on loop: Int)

  /// A message did not leave. Comes on the loop that sent it, never from within `send`, and only
  /// for messages sent with a token (RFC 3261 §18.4).
  func sendFailed(_ failure: SendFailure, token: SendToken, to flow: Flow, on loop: Int)
}

/// The sender's own number for a message, which comes back if it cannot be sent.
package struct SendToken: Hashable, Sendable {
  package var number: UInt64

  package init(_ number: UInt64) {
    self.number = number
  }

  /// A message whose failure nobody needs to hear of.
  package static let none = SendToken(0)
}

/// Why a message did not leave.
package enum SendFailure: Error, Hashable, Sendable {
  /// The flow names a listener that does not exist, or one of another transport.
  case noListener
  /// The listener's address is IPv4 and the peer's is IPv6, or the other way round.
  case addressFamily
  /// More than fits into a datagram.
  case messageTooLarge
  /// Too much waits to be sent already.
  case queueFull
  /// The node has as many connections as it may have.
  case connectionLimit
  case connectFailed(String)
  /// The connection closed, or the peer did not take what was sent, before this was written.
  case connectionClosed
  /// The system refused the datagram.
  case socket(errno: Int32)
  case stopped
}
