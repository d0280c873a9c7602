import Addressing

/// What our descriptions say of where media comes to us.
package struct MediaAddressing: Hashable, Sendable {
  /// Goes into `c=` and `o=`; not the bound address where a cloud translates it.
  package var advertised: IPAddress
  /// The `m=` lines that a call may have; each takes a pair of ports on each side.
  package var maximumStreams: Int

  package init(advertised: IPAddress, maximumStreams: Int = 8) {
    self.advertised = advertised
    self.maximumStreams = maximumStreams
  }
}

/// When media goes through us.
package enum AnchoringPolicy: String, CaseIterable, Sendable {
  /// Each call's media.
  case always
  /// Never: the parties find each other.
  case never
  /// When a party is behind a NAT.
  case nat
}
