extension MediaDescription {
  /// The payload types in the order of preference of the `m=` line, each with what `a=rtpmap`
  /// says of it, or RFC 3551 for the fixed ones. Types that nothing explains are left out.
  public var rtpMaps: [RTPMap] {
    guard isRTP else { return [] }
    var explained: [UInt8: RTPMap] = [:]
    for attribute in attributes where attribute.isNamed("rtpmap") {
      guard let value = attribute.valueBytes, let map = RTPMap(value: value) else { continue }
      if explained[map.payloadType] == nil { explained[map.payloadType] = map }
    }
    return formats.compactMap { format in
      UInt8(format).flatMap { explained[$0] ?? RTPMap.fixed($0) }
    }
  }

  /// What `a=fmtp` says of a format (RFC 8866 §6.15), without the format itself.
  public func formatParameters(_ format: String) -> String? {
    for attribute in attributes where attribute.isNamed("fmtp") {
      guard let value = attribute.valueBytes else { continue }
      let name = value.drop { $0 == UInt8(ascii: " ") }.prefix { $0 != UInt8(ascii: " ") }
      guard name.elementsEqual(format.utf8) else { continue }
      let parameters = value[name.endIndex...].drop { $0 == UInt8(ascii: " ") }
      return String(decoding: parameters, as: UTF8.self)
    }
    return nil
  }

  public func formatParameters(_ payloadType: UInt8) -> String? {
    formatParameters(String(payloadType))
  }

  /// Where RTCP goes, when the sender says so (RFC 3605); nil too when what it says is unreadable.
  public var rtcp: RTCPAttribute? {
    attributes.first(named: "rtcp")?.valueBytes.flatMap { RTCPAttribute(value: $0) }
  }

  /// The length of media in a packet that the sender would like to receive (RFC 8866 §6.4),
  /// to the microsecond.
  public var packetTime: Duration? {
    guard let value = attributes.first(named: "ptime")?.valueBytes?.fields.first else {
      return nil
    }
    let parts = value.split(
      separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
    guard let milliseconds = parts[0].decimal(as: UInt32.self) else { return nil }
    var microseconds: UInt32 = 0
    if parts.count == 2 {
      let digits = parts[1].prefix(3) + Array(repeating: UInt8(ascii: "0"), count: 3)
      guard let fraction = digits.prefix(3).decimal(as: UInt32.self) else { return nil }
      microseconds = fraction
    }
    let time = Duration.milliseconds(Int64(milliseconds)) + .microseconds(Int64(microseconds))
    return time > .zero ? time : nil
  }
}
