import Addressing

extension SessionDescription {
  /// Answers this offer (RFC 3264 §6): as many streams, in the same order, with the payload types
  /// of the offer; directions mirrored; every stream that the policy does not take is rejected.
  ///
  /// - Parameters:
  ///   - origin: our `o=` line.
  ///   - address: where we receive.
  ///   - ports: one for each stream, by its place; a stream without one is rejected.
  public func answer(
    origin: SDPOrigin, address: IPAddress, ports: [UInt16], policy: AnswerPolicy
  ) -> SessionDescription {
    var answer = SessionDescription(origin: origin, connection: SDPConnection(address))
    // RFC 3264 §6: the time of the session cannot be negotiated.
    answer.times = times
    for (index, offered) in media.enumerated() {
      let chosen = index < ports.count && ports[index] != 0 ? policy.choose(from: offered) : []
      if chosen.isEmpty {
        answer.media.append(offered.rejected)
      } else {
        answer.media.append(accepted(offered, as: chosen, at: ports[index]))
      }
    }
    return answer
  }

  private func accepted(
    _ offered: MediaDescription, as maps: [RTPMap], at port: UInt16
  ) -> MediaDescription {
    var stream = MediaDescription(
      kind: offered.kind, port: port, proto: offered.proto,
      formats: maps.map { String($0.payloadType) })
    for map in maps {
      stream.attributes.append(map.attribute)
      // RFC 3264 §6.1: parameters that configure the format must come back as they were offered.
      if let parameters = offered.formatParameters(map.payloadType) {
        stream.attributes.append(SDPAttribute("fmtp", "\(map.payloadType) \(parameters)"))
      }
    }
    for name in ["ptime", "mid"] {
      if let attribute = offered.attributes.first(named: name) {
        stream.attributes.append(attribute)
      }
    }
    stream.attributes.append(SDPAttribute(direction(of: offered).mirrored.rawValue))
    return stream
  }
}

extension MediaDescription {
  /// This stream, refused or ended (RFC 3264 §6, §8.2): port zero, and of its attributes only the
  /// name by which groups know it.
  public var rejected: MediaDescription {
    MediaDescription(
      kind: kind, port: 0, proto: proto, formats: formats.isEmpty ? ["0"] : formats,
      attributes: attributes.filter { $0.isNamed("mid") })
  }
}
