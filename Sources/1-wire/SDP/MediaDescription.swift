/// One `m=` line and what follows it (RFC 8866 §5.14): one stream, in its place for the whole
/// call (RFC 3264 §8).
public struct MediaDescription: Hashable, Sendable {
  /// `audio`, `video`, `image`, `application`…
  public var kind: String
  /// Where the stream is to be sent; 0: rejected.
  public var port: UInt16
  /// The ports of a layered encoding (`49170/2`); 1 for every other stream.
  public var portCount: UInt16
  /// `RTP/AVP`, `UDP/TLS/RTP/SAVPF`, `udptl`…
  public var proto: String
  /// RTP payload types in order of preference, or what the protocol says (`t38`, `*`).
  /// Some answerers list none when they reject a stream.
  public var formats: [String]
  public var information: SDPText?
  /// More than one only for layered multicast.
  public var connections: [SDPConnection]
  /// The `b=` lines: `AS:64`.
  public var bandwidths: [SDPText]
  public var attributes: [SDPAttribute]

  public init(
    kind: String, port: UInt16, portCount: UInt16 = 1, proto: String, formats: [String],
    attributes: [SDPAttribute] = []
  ) {
    self.kind = kind
    self.port = port
    self.portCount = portCount
    self.proto = proto
    self.formats = formats
    self.attributes = attributes
    connections = []
    bandwidths = []
  }

  init?(value: ArraySlice<UInt8>) {
    let fields = value.fields
    guard fields.count >= 3, fields.allSatisfy(\.isVisibleASCII) else { return nil }
    let ports = fields[1].split(
      separator: UInt8(ascii: "/"), maxSplits: 1, omittingEmptySubsequences: false)
    guard let port = ports[0].decimal(as: UInt16.self) else { return nil }
    var portCount: UInt16 = 1
    if ports.count == 2 {
      guard let count = ports[1].decimal(as: UInt16.self), count > 0 else { return nil }
      portCount = count
    }
    // RFC 8866 §9 wants one format at least; a rejected stream has been seen without.
    guard fields.count >= 4 || port == 0 else { return nil }
    self.init(
      kind: String(decoding: fields[0], as: UTF8.self), port: port, portCount: portCount,
      proto: String(decoding: fields[2], as: UTF8.self),
      formats: fields[3...].map { String(decoding: $0, as: UTF8.self) })
  }

  /// RFC 3264 §6: port zero refuses a stream, or ends it.
  public var isRejected: Bool { port == 0 }

  /// Carries RTP, plain or protected, over whatever transport.
  public var isRTP: Bool {
    // A word between slashes, compared by octets: this is asked often.
    proto.utf8.split(separator: UInt8(ascii: "/")).contains { $0.elementsEqual("RTP".utf8) }
  }

  /// Travels in UDP datagrams. `RTP/…` alone means UDP (RFC 8866 §5.14); T.38's `udptl` is
  /// written in either case.
  public var isUDP: Bool {
    switch proto.prefix(while: { $0 != "/" }).uppercased() {
    case "RTP", "UDP", "UDPTL", "DTLS": true
    default: false
    }
  }

  /// The sender can do ICE (RFC 8839): its `c=` and `m=` name only one candidate, or none yet.
  public var hasICE: Bool {
    attributes.contains { $0.isNamed("candidate") || $0.isNamed("ice-ufrag") }
  }

  /// The bandwidth of a type (`AS`, `TIAS`) in the type's own unit.
  public func bandwidth(_ type: String) -> UInt64? {
    for line in bandwidths where line.bytes.starts(with: "\(type):".utf8) {
      return line.bytes.dropFirst(type.utf8.count + 1).decimal(as: UInt64.self)
    }
    return nil
  }
}
