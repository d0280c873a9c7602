import Addressing

extension Flow {
  /// Where responses to a request go: RFC 3261 §18.2.2, RFC 3581 §4.
  ///
  /// The request's top Via is expected to be stamped with `received` and `rport`. On a stream the
  /// connection that brought the request is used; should it be gone, a new one goes to the Via.
  public func responding(to request: SIPMessage) -> Flow {
    guard let via = request.topVia, let endpoint = via.responseEndpoint else { return self }
    var flow = self
    // A `maddr` (§18.2.2) would let a stranger aim our responses at anyone; only the port that
    // the Via asks for is taken.
    flow.remote = IPEndpoint(remote.address, endpoint.port)
    return flow
  }

  /// Where requests to a URI go, when signalling with its owner came by this flow.
  ///
  /// The URI is believed (§8.1.2) unless it names an address that means nothing here: a private
  /// one, while the signalling comes from elsewhere. Its owner is then behind a NAT and is
  /// reached the way it came. The same holds for a host name, for want of a resolver.
  public func toward(_ uri: URI?) -> Flow {
    guard case .sip(let uri) = uri, let address = uri.hostAddress else { return self }
    if address != remote.address, address.isPrivate || address.isLoopback || address.isUnspecified {
      return self
    }
    var flow = self
    flow.remote = IPEndpoint(address, uri.port ?? transport.defaultPort)
    // A connection leads to the host that made it, whatever port that listens on.
    if address != remote.address { flow.connection = nil }
    return flow
  }
}
