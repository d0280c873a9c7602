import Addressing
import Machines
import SDP

/// The `o=` line of our descriptions towards one party (RFC 8866 §5.2).
package struct OriginIdentity: Hashable, Sendable {
  package var sessionID: UInt64
  package var version: UInt64

  package init(sessionID: UInt64, version: UInt64 = 1) {
    self.sessionID = sessionID
    self.version = version
  }

  /// RFC 3264 §5: both numbers fit a signed 64-bit integer.
  package init(using randomness: inout Randomness) {
    self.init(sessionID: randomness.next() >> 2)
  }

  /// The line at our address. The username `-` names nobody.
  package func origin(at address: IPAddress) -> SDPOrigin {
    SDPOrigin(
      sessionID: String(sessionID), sessionVersion: String(version),
      connection: SDPConnection(address))
  }
}

/// Gives our descriptions towards one party one identity, whoever the descriptions came from.
///
/// RFC 3264 §8: the version rises by one when the description changes, and stays when it does
/// not. `stamped` decides and changes nothing; `record` is for the event that says it was sent.
package struct OriginTracker: Hashable, Sendable {
  package private(set) var identity: OriginIdentity
  /// The octets of the description last sent.
  package private(set) var lastSent: [UInt8]?

  package init(_ identity: OriginIdentity, lastSent: [UInt8]? = nil) {
    self.identity = identity
    self.lastSent = lastSent
  }

  /// The description with the `o=` line under which it may be sent now, at the address that its
  /// `o=` line has already.
  package func stamped(_ description: SessionDescription) -> SessionDescription {
    var stamped = description
    stamped.origin.username = "-"
    stamped.origin.sessionID = String(identity.sessionID)
    stamped.origin.sessionVersion = String(identity.version)
    guard let lastSent, stamped.serialized != lastSent else { return stamped }
    stamped.origin.sessionVersion = String(identity.version &+ 1)
    return stamped
  }

  /// Notes what was sent: the serialized result of `stamped`. Sending it again changes nothing.
  package mutating func record(_ sent: [UInt8]) {
    if let lastSent, lastSent != sent { identity.version &+= 1 }
    lastSent = sent
  }
}
