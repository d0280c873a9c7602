import Addressing

/// What our descriptions say of where media comes to us.
package struct MediaAddressing: Hashable, Sendable {
  /// Goes into `c=` and `o=`; not the bound address where a cloud translates it.
  package var advertised: IPAddress
  /// The same for parties of the other family; nil where there is none.
  package var other: IPAddress?
  /// The `m=` lines that a call may have; each takes a pair of ports on each side.
  package var maximumStreams: Int

  package init(advertised: IPAddress, other: IPAddress? = nil, maximumStreams: Int = 8) {
    self.advertised = advertised
    self.other = other
    self.maximumStreams = maximumStreams
  }

  /// The same towards a party of one family, as far as there is an address of it.
  package func facing(isIPv6: Bool) -> MediaAddressing {
    guard advertised.isIPv6 != isIPv6, let other, other.isIPv6 == isIPv6 else { return self }
    return MediaAddressing(advertised: other, other: advertised, maximumStreams: maximumStreams)
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
