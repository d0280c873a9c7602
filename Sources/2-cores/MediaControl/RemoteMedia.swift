import Addressing
import SDP

/// Where a party wants its media for one stream, as its description says.
package struct RemoteMedia: Hashable, Sendable {
  /// nil: nowhere. A rejected stream, old-style hold (`c=` 0.0.0.0), an address that ICE has yet
  /// to find, a host name (never looked up), or a multicast address.
  package var rtp: IPEndpoint?
  /// Where RTCP goes: what `a=rtcp` says (RFC 3605), else the next port. nil as for `rtp`.
  package var rtcp: IPEndpoint?
  /// The party sends media.
  package var sends: Bool
  /// The party wants media.
  package var receives: Bool
  /// RTP, plain or protected; otherwise datagrams of another kind, such as T.38's.
  package var isRTP: Bool

  package init(
    rtp: IPEndpoint?, rtcp: IPEndpoint?, sends: Bool, receives: Bool, isRTP: Bool
  ) {
    self.rtp = rtp
    self.rtcp = rtcp
    self.sends = sends
    self.receives = receives
    self.isRTP = isRTP
  }

  /// One for each `m=` line, in order.
  package static func streams(of description: SessionDescription) -> [RemoteMedia] {
    description.media.map { RemoteMedia($0, in: description) }
  }

  private init(_ stream: MediaDescription, in description: SessionDescription) {
    isRTP = stream.isRTP
    guard stream.isRelayable else {
      (rtp, rtcp, sends, receives) = (nil, nil, false, false)
      return
    }
    let direction = description.heldDirection(of: stream)
    sends = direction.sends
    receives = direction.receives
    let address = description.address(of: stream)
    rtp = endpoint(address, stream.port)
    guard stream.isRTP else {
      rtcp = nil
      return
    }
    if let elsewhere = stream.rtcp {
      let connection = elsewhere.connection
      rtcp = endpoint(connection == nil ? address : connection?.ipAddress, elsewhere.port)
    } else {
      rtcp = stream.port < .max ? endpoint(address, stream.port + 1) : nil
    }
  }
}

/// A description must not make us send to a multicast group or to everyone on a network: that
/// would be an attack by our hand.
private func endpoint(_ address: IPAddress?, _ port: UInt16) -> IPEndpoint? {
  guard let address, port != 0, !address.isUnspecified, !address.isMulticast,
    address != .v4(0xFFFF_FFFF)
  else { return nil }
  return IPEndpoint(address, port)
}

extension MediaDescription {
  /// Live, and made of UDP datagrams.
  var isRelayable: Bool { !isRejected && isUDP }
}

extension SessionDescription {
  /// The direction of a stream, with hold in RFC 2543's style taken for what it means.
  ///
  /// RFC 3264 §8.4: a connection address of 0.0.0.0 says that nothing is to be sent to the party,
  /// so it does not receive. With ICE the same address only says that no candidate is known yet
  /// (RFC 8840 §4.1.1); it must not be used for hold there (RFC 8839 §4.4.1.1.1).
  func heldDirection(of stream: MediaDescription) -> MediaDirection {
    let direction = direction(of: stream)
    guard isHeldByAddress(stream) else { return direction }
    return MediaDirection(sends: direction.sends, receives: false)
  }

  func isHeldByAddress(_ stream: MediaDescription) -> Bool {
    address(of: stream)?.isUnspecified == true && !hasICE(stream)
  }
}
