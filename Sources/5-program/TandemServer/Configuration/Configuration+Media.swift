import Addressing

extension Configuration {
  package struct Media: Equatable, Sendable {
    package var address = IPAddress.anyIPv4
    /// What goes into SDP instead of the address.
    package var advertise: IPAddress?
    /// An IPv6 address beside the IPv4 one: then ports are bound on every address, for both.
    package var address6: IPAddress?
    package var advertise6: IPAddress?
    /// Whole pairs of an even port for RTP and the odd one above it for RTCP (RFC 3550 §11).
    package var ports: ClosedRange<UInt16> = 20_000...39_999
    package var anchor = Anchor.always
    /// How long both directions may be silent before the call is ended.
    package var inactivity = Duration.seconds(60)
    /// How long a port rests after a call, so that late packets do not reach the next one.
    package var quarantine = Duration.seconds(5)
    package var threads = 1

    /// Where ports are bound.
    var bound: IPAddress { address6 == nil ? address : .anyIPv6 }

    /// Which calls' media pass through the node.
    package enum Anchor: String, CaseIterable, Sendable {
      case always, never
      /// Those with a party behind a NAT.
      case nat
    }
  }
}
