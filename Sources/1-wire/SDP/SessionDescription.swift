import Addressing

/// A session description (RFC 8866), as offers and answers carry it (RFC 3264).
///
/// Lines that Tandem does not look into are kept as they came. `k=` alone is dropped on reading,
/// as RFC 8866 §5.12 demands. An untouched description in the order of RFC 8866 §5 serialises to
/// the octets that were read, but for line ends, which become CRLF, and doubled spaces in `o=`,
/// `c=` and `m=`; lines in another order come out in the order of the RFC.
public struct SessionDescription: Hashable, Sendable {
  public var origin: SDPOrigin
  public var name: SDPText
  public var information: SDPText?
  public var uri: SDPText?
  public var emails: [SDPText]
  public var phones: [SDPText]
  public var connection: SDPConnection?
  /// The `b=` lines: `AS:64`.
  public var bandwidths: [SDPText]
  /// At least one.
  public var times: [TimeDescription]
  public var attributes: [SDPAttribute]
  public var media: [MediaDescription]

  /// A description for a call: no name, no end.
  public init(
    origin: SDPOrigin, connection: SDPConnection?, attributes: [SDPAttribute] = [],
    media: [MediaDescription] = []
  ) {
    self.origin = origin
    self.connection = connection
    self.attributes = attributes
    self.media = media
    name = "-"
    emails = []
    phones = []
    bandwidths = []
    times = [.permanent]
  }

  /// Reads one description. Lines may end in CRLF or LF (RFC 8866 §5), the last in nothing.
  public init(
    _ bytes: some Collection<UInt8>, limits: SDPLimits = .standard
  ) throws(SDPParseError) {
    var parser = SDPParser(limits: limits)
    self = try parser.parse(bytes)
  }

  public var serialized: [UInt8] {
    var writer = SDPWriter()
    writer.write(self)
    return writer.bytes
  }

  /// The direction of a stream: its own, else the session's, else `sendrecv` (RFC 8866 §6.7).
  public func direction(of stream: MediaDescription) -> MediaDirection {
    stream.attributes.direction ?? attributes.direction ?? .sendrecv
  }

  /// A stream's own connection, else the session's (RFC 8866 §5.7).
  public func connection(of stream: MediaDescription) -> SDPConnection? {
    stream.connections.first ?? connection
  }

  /// Where a stream is to be sent; nil for a host name.
  public func address(of stream: MediaDescription) -> IPAddress? {
    connection(of: stream)?.ipAddress
  }

  /// ICE may stand at the session level for all streams (RFC 8839 §5.4).
  public func hasICE(_ stream: MediaDescription) -> Bool {
    stream.hasICE || attributes.contains(named: "ice-ufrag")
  }

  /// The codec of the first live audio stream, `PCMU/8000`; of an answer, the one to be used.
  public var firstAudioCodec: String? {
    media.first { $0.kind == "audio" && !$0.isRejected }?
      .rtpMaps.first { !$0.isAuxiliary }?.name
  }
}
