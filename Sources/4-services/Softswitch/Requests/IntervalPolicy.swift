import SIP

/// How long a subscription or a publication may last (RFC 6665 §4.2.1.1, RFC 3903 §6).
struct IntervalPolicy: Equatable, Sendable {
  /// A shorter one is answered 423, seconds.
  var minimum: UInt32 = 60
  /// A longer one is cut to it.
  var maximum: UInt32 = 3600
  /// For a request that asks for nothing in particular.
  var standard: UInt32 = 3600

  /// Seconds to grant; 0 ends.
  func grant(_ asked: UInt32?) throws(RequestRefusal) -> UInt32 {
    guard let asked else { return standard }
    guard asked == 0 || asked >= minimum else {
      throw RequestRefusal(423, headers: [HeaderField(.minExpires, "\(minimum)")])
    }
    return min(asked, maximum)
  }
}
