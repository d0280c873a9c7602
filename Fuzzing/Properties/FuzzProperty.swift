/// What must hold of any octets whatever that reach a parser, beside that it never traps.
public enum FuzzProperty: String, CaseIterable, Sendable {
  /// Index, validate, read every field, edit, answer; read again, and nothing differs.
  case sipMessage = "sip-message"
  /// A stream gives the same frames however it is cut.
  case streamFramer = "stream-framer"
  /// URIs, addresses, Via, CSeq and parameters: read, write, read agree.
  case sipHeaders = "sip-headers"
  /// Challenges and credentials: read, write, read agree.
  case digest
  /// Descriptions: read, write, read agree; so does the answer to any offer.
  case sdp
  /// RTP and RTCP packets: no reader runs past its packet.
  case rtp
  /// WAV files: read or refused, and never more sound than there are octets.
  case wave

  public func check(_ octets: [UInt8]) throws(PropertyViolation) {
    switch self {
    case .sipMessage: try checkSIPMessage(octets)
    case .streamFramer: try checkStreamFramer(octets)
    case .sipHeaders: try checkSIPHeaders(octets)
    case .digest: try checkDigest(octets)
    case .sdp: try checkSDP(octets)
    case .rtp: try checkRTP(octets)
    case .wave: try checkWave(octets)
    }
  }
}

/// A property that did not hold, and for what.
public struct PropertyViolation: Error, CustomStringConvertible {
  public var description: String

  init(_ property: String, _ left: some Any, _ right: some Any) {
    description = "\(property):\n  \(String(reflecting: left))\n  \(String(reflecting: right))"
  }
}

func expectEqual<Value: Equatable>(
  _ property: @autoclosure () -> String, _ left: Value, _ right: Value
) throws(PropertyViolation) {
  if left != right { throw PropertyViolation(property(), left, right) }
}
