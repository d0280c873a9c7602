import Addressing

/// Tells whether a party's media has to come through us to arrive.
package enum NATDetection {
  /// True when an address that the party names is not the one its packet came from: then it does
  /// not know how the world sees it, or sends media from another host, and what it names may lead
  /// nowhere.
  ///
  /// - Parameters:
  ///   - contactHost: of its Contact; nil for a host name.
  ///   - sdpAddress: where its description wants media; nil for none, or a host name.
  ///   - source: where the packet came from.
  package static func needsAnchor(
    contactHost: IPAddress?, sdpAddress: IPAddress?, source: IPAddress
  ) -> Bool {
    [contactHost, sdpAddress].contains { named in
      guard let named, !named.isUnspecified else { return false }
      return named != source
    }
  }
}
