/// What a payload type number means (RFC 8866 §6.6): `a=rtpmap:96 opus/48000/2`.
public struct RTPMap: Hashable, Sendable {
  /// 0 to 127.
  public var payloadType: UInt8
  /// The encoding's name as written; compare with `isEncoding`.
  public var encoding: String
  /// In hertz.
  public var clockRate: UInt32
  /// 1 unless audio says otherwise.
  public var channels: UInt8

  public init(payloadType: UInt8, encoding: String, clockRate: UInt32, channels: UInt8 = 1) {
    self.payloadType = payloadType
    self.encoding = encoding
    self.clockRate = clockRate
    self.channels = channels
  }

  init?(value: ArraySlice<UInt8>) {
    let fields = value.fields
    guard fields.count >= 2, let payloadType = fields[0].decimal(as: UInt8.self),
      payloadType < 128
    else { return nil }
    let parts = fields[1].split(separator: UInt8(ascii: "/"))
    guard parts.count >= 2, let clockRate = parts[1].decimal(as: UInt32.self), clockRate > 0
    else { return nil }
    let channels = parts.count > 2 ? parts[2].decimal(as: UInt8.self) ?? 1 : 1
    self.init(
      payloadType: payloadType, encoding: String(decoding: parts[0], as: UTF8.self),
      clockRate: clockRate, channels: max(1, channels))
  }

  /// The case of an encoding's name does not matter (RFC 8866 §5.14).
  public func isEncoding(_ name: String) -> Bool {
    encoding.lowercased() == name.lowercased()
  }

  /// Rides along with a codec, is none itself: digits (RFC 4733), comfort noise (RFC 3389),
  /// redundancy (RFC 2198).
  public var isAuxiliary: Bool {
    ["telephone-event", "tone", "cn", "red"].contains(encoding.lowercased())
  }

  /// `PCMU/8000`, `opus/48000/2`.
  public var name: String {
    channels > 1 ? "\(encoding)/\(clockRate)/\(channels)" : "\(encoding)/\(clockRate)"
  }

  public var attribute: SDPAttribute {
    SDPAttribute("rtpmap", "\(payloadType) \(name)")
  }

  /// The payload types that RFC 3551 §6 (tables 4 and 5) fixes for RTP/AVP.
  public static func fixed(_ payloadType: UInt8) -> RTPMap? {
    guard let (encoding, clockRate, channels) = fixedEncoding(payloadType) else { return nil }
    return RTPMap(
      payloadType: payloadType, encoding: encoding, clockRate: clockRate, channels: channels)
  }
}

private func fixedEncoding(_ payloadType: UInt8) -> (String, UInt32, UInt8)? {
  switch payloadType {
  case 0: ("PCMU", 8000, 1)
  case 3: ("GSM", 8000, 1)
  case 4: ("G723", 8000, 1)
  case 5: ("DVI4", 8000, 1)
  case 6: ("DVI4", 16_000, 1)
  case 7: ("LPC", 8000, 1)
  case 8: ("PCMA", 8000, 1)
  // G.722 samples at 16 kHz, but its RTP clock has been 8000 ever since an error of RFC 1890
  // (RFC 3551 §4.5.2).
  case 9: ("G722", 8000, 1)
  case 10: ("L16", 44_100, 2)
  case 11: ("L16", 44_100, 1)
  case 12: ("QCELP", 8000, 1)
  case 13: ("CN", 8000, 1)
  case 14: ("MPA", 90_000, 1)
  case 15: ("G728", 8000, 1)
  case 16: ("DVI4", 11_025, 1)
  case 17: ("DVI4", 22_050, 1)
  case 18: ("G729", 8000, 1)
  case 25: ("CelB", 90_000, 1)
  case 26: ("JPEG", 90_000, 1)
  case 28: ("nv", 90_000, 1)
  case 31: ("H261", 90_000, 1)
  case 32: ("MPV", 90_000, 1)
  case 33: ("MP2T", 90_000, 1)
  case 34: ("H263", 90_000, 1)
  default: nil
  }
}
