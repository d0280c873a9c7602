/// One bound pair of UDP ports: RTP on an even port, RTCP on the next (RFC 3550 §11).
package struct PortPair: Hashable, Sendable {
  package let rtp: UInt16

  /// An even port is never 65535, so there is always a next.
  package var rtcp: UInt16 { rtp | 1 }

  package init(rtp: UInt16) {
    precondition(rtp.isMultiple(of: 2), "RTP takes the even port of a pair")
    self.rtp = rtp
  }
}
