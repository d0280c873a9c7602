/// What an answer of our own accepts: audio over plain RTP, in one codec.
public struct AnswerPolicy: Hashable, Sendable {
  /// The codecs that may be chosen; nil: any, for a service that does not look into the media.
  public var codecs: [Codec]?
  /// Take telephone-event along when it is offered at the codec's clock rate (RFC 4733 §2.4.1):
  /// one stream keeps one clock.
  public var acceptsTelephoneEvents: Bool

  /// A codec as an rtpmap names it; case does not matter.
  public struct Codec: Hashable, Sendable {
    public var encoding: String
    public var clockRate: UInt32
    public var channels: UInt8

    public init(_ encoding: String, _ clockRate: UInt32, channels: UInt8 = 1) {
      self.encoding = encoding
      self.clockRate = clockRate
      self.channels = channels
    }
  }

  public static let g711 = AnswerPolicy(codecs: [Codec("PCMU", 8000), Codec("PCMA", 8000)])
  public static let anyCodec = AnswerPolicy(codecs: nil)

  public init(codecs: [Codec]?, acceptsTelephoneEvents: Bool = true) {
    self.codecs = codecs
    self.acceptsTelephoneEvents = acceptsTelephoneEvents
  }

  /// The payload types to answer with: a codec and perhaps its telephone-event; empty: none fits.
  ///
  /// The offer's order decides, as RFC 3264 §6.1 recommends, so that both sides send the same.
  public func choose(from offered: MediaDescription) -> [RTPMap] {
    guard offered.kind == "audio", !offered.isRejected,
      offered.proto == "RTP/AVP" || offered.proto == "RTP/AVPF"
    else { return [] }
    let maps = offered.rtpMaps
    guard let codec = maps.first(where: { !$0.isAuxiliary && accepts($0) }) else { return [] }
    let events = maps.first {
      acceptsTelephoneEvents && $0.isEncoding("telephone-event") && $0.clockRate == codec.clockRate
    }
    return [codec] + (events.map { [$0] } ?? [])
  }

  private func accepts(_ map: RTPMap) -> Bool {
    guard let codecs else { return true }
    return codecs.contains {
      map.isEncoding($0.encoding) && map.clockRate == $0.clockRate && map.channels == $0.channels
    }
  }
}
