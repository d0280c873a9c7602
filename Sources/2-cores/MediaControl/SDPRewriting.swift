import Addressing
import SDP

/// Rewrites descriptions on their way from one party to the other.
///
/// A stream keeps its place for the whole call, so ports are given by place: `ports[i]` is the
/// pair of stream `i`, towards the party that will read the description. A longer list than the
/// description has streams does no harm; a stream without a pair is rejected.
package enum SDPRewriting {
  package static func read(_ bytes: [UInt8]) throws(MediaRefusal) -> SessionDescription {
    do {
      return try SessionDescription(bytes)
    } catch {
      throw .unreadable(error)
    }
  }

  /// How many pairs of ports the offer needs on each side, those that the call has included.
  ///
  /// - Parameter previous: the description that the same party gave before, if any.
  package static func portsNeeded(
    for offer: SessionDescription, after previous: SessionDescription? = nil,
    at addressing: MediaAddressing
  ) throws(MediaRefusal) -> Int {
    let count = offer.media.count
    guard count <= addressing.maximumStreams else {
      throw .tooManyStreams(offered: count, limit: addressing.maximumStreams)
    }
    if let previous, previous.media.count > count {
      throw .streamsVanished(before: previous.media.count, offered: count)
    }
    let needed = offer.media.lastIndex(where: \.isRelayable).map { $0 + 1 } ?? 0
    guard needed > 0 || offer.media.allSatisfy(\.isRejected) else { throw .nothingToRelay }
    return needed
  }

  /// The offer with its media coming to our ports.
  ///
  /// What only the two ends could use together goes: ICE, RTCP on the port of RTP, bundles of
  /// streams on one port, and what else names the party's own addresses. Streams that are not
  /// UDP become rejected ones. Hold by `c=` 0.0.0.0 becomes a direction (RFC 3264 §8.4).
  package static func anchored(
    _ offer: SessionDescription, ports: [PortPair], at addressing: MediaAddressing,
    origin: OriginIdentity
  ) -> SessionDescription {
    var anchored = offer
    anchored.origin = origin.origin(at: addressing.advertised)
    anchored.connection =
      offer.media.isEmpty && offer.connection == nil ? nil : SDPConnection(addressing.advertised)
    anchored.attributes.removeAll(where: \.isLeftBehind)
    for (index, stream) in offer.media.enumerated() {
      anchored.media[index] =
        stream.isRelayable && index < ports.count
        ? stream.anchored(at: ports[index], held: offer.holdDirection(of: stream))
        : stream.rejected
    }
    return anchored
  }

  /// The answer with its media coming to our ports, as an answer to what the offerer said.
  ///
  /// - Parameter offer: the offer as it came from the party that will read the answer. A stream
  ///   rejected there stays rejected, and no direction goes beyond what it allows (RFC 3264 §6.1).
  package static func anchored(
    _ answer: SessionDescription, answering offer: SessionDescription, ports: [PortPair],
    at addressing: MediaAddressing, origin: OriginIdentity
  ) throws(MediaRefusal) -> SessionDescription {
    try check(answer, answering: offer)
    var anchored = anchored(answer, ports: ports, at: addressing, origin: origin)
    for (index, offered) in offer.media.enumerated() {
      if offered.isRejected {
        anchored.media[index] = anchored.media[index].rejected
      } else if !anchored.media[index].isRejected {
        let direction = anchored.direction(of: anchored.media[index])
        let allowed = direction.limited(toAnswer: offer.direction(of: offered))
        if allowed != direction { anchored.media[index].attributes.setDirection(allowed) }
      }
    }
    return anchored
  }

  /// The description as it came, under our name: for a call whose media goes past us.
  package static func unanchored(
    _ description: SessionDescription, at addressing: MediaAddressing, origin: OriginIdentity
  ) -> SessionDescription {
    var renamed = description
    renamed.origin = origin.origin(at: addressing.advertised)
    return renamed
  }

  /// RFC 3264 §6: an answer has exactly the streams of its offer.
  package static func check(
    _ answer: SessionDescription, answering offer: SessionDescription
  ) throws(MediaRefusal) {
    guard answer.media.count == offer.media.count else {
      throw .answerMismatch(offered: offer.media.count, answered: answer.media.count)
    }
  }
}

extension SessionDescription {
  /// The direction to write in place of a hold by address; nil where there is none.
  fileprivate func holdDirection(of stream: MediaDescription) -> MediaDirection? {
    isHeldByAddress(stream) ? heldDirection(of: stream) : nil
  }
}

extension MediaDescription {
  fileprivate func anchored(at ports: PortPair, held: MediaDirection?) -> MediaDescription {
    var stream = self
    stream.port = ports.rtp
    stream.portCount = 1
    stream.connections = []
    stream.attributes.removeAll(where: \.isLeftBehind)
    if let position = stream.attributes.firstIndex(where: { $0.isNamed("rtcp") }) {
      stream.attributes.removeAll(named: "rtcp")
      stream.attributes.insert(RTCPAttribute(port: ports.rtcp).attribute, at: position)
    }
    if let held { stream.attributes.setDirection(held) }
    return stream
  }
}

extension SDPAttribute {
  /// Does not pass an anchor: it is about the path between the two ends, which ends here.
  fileprivate var isLeftBehind: Bool {
    if isNamed("group") {
      // RFC 8843 §7: streams of a bundle share one port; ours have one each.
      return value?.hasPrefix("BUNDLE") ?? true
    }
    return pathAttributes.contains(name)
  }
}

private let pathAttributes: Set<String> = [
  // ICE (RFC 8839 §5, RFC 8840 §12.1).
  "candidate", "remote-candidates", "end-of-candidates", "ice-ufrag", "ice-pwd", "ice-options",
  "ice-lite", "ice-mismatch", "ice-pacing",
  // RTCP on the port of RTP (RFC 5761 §5.1.1), bundling (RFC 8843 §6).
  "rtcp-mux", "rtcp-mux-only", "bundle-only",
  // Alternative addresses of the stream, and the senders to listen to.
  "altc", "source-filter",
]
