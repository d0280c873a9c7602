/// Every bound on what a peer can make the codec hold or walk through.
public struct SIPLimits: Sendable, Equatable {
  /// A whole message in bytes; a datagram cannot be longer (RFC 3261 §18.1.1).
  public var messageBytes: Int
  /// Header lines in one message, folded ones counted once.
  public var headerLines: Int
  /// One header line in bytes, its name and folds included. At most 16,383 whatever is set.
  public var headerBytes: Int
  /// Via values in one message: as many as Max-Forwards 70 lets a request gather
  /// (RFC 3261 §8.1.1.6).
  public var vias: Int

  public init(
    messageBytes: Int = 65_535, headerLines: Int = 256, headerBytes: Int = 8_192, vias: Int = 70
  ) {
    self.messageBytes = messageBytes
    self.headerLines = headerLines
    self.headerBytes = headerBytes
    self.vias = vias
  }

  public static let standard = SIPLimits()
}
