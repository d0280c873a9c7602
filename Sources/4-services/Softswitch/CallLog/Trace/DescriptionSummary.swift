import SDP

/// A session description in short, a text for each stream:
/// `audio 192.0.2.1:4000 PCMU PCMA sendrecv`.
///
/// Of attributes only codecs and direction are shown, so that no key ever is.
enum DescriptionSummary {
  /// Names of codecs that are shown of one stream.
  private static let maximumCodecs = 6

  static func lines(of body: [UInt8]) -> [String] {
    guard let description = try? SessionDescription(body) else {
      return ["unreadable session description"]
    }
    return description.media.map { line(of: $0, in: description) }
  }

  private static func line(
    of stream: MediaDescription, in description: SessionDescription
  ) -> String {
    guard !stream.isRejected else { return "\(stream.kind) off" }
    let host = description.connection(of: stream)?.address ?? "?"
    let place = host.contains(":") ? "[\(host)]:\(stream.port)" : "\(host):\(stream.port)"
    let protection = isProtected(stream) ? ["encrypted"] : []
    let direction = description.direction(of: stream).rawValue
    return ([stream.kind, place] + codecs(of: stream) + protection + [direction])
      .joined(separator: " ")
  }

  private static func codecs(of stream: MediaDescription) -> [String] {
    let names = stream.rtpMaps.filter { !$0.isAuxiliary }.map(\.encoding)
    let shown = names.isEmpty ? stream.formats : names
    return shown.prefix(maximumCodecs) + (shown.count > maximumCodecs ? ["…"] : [])
  }

  /// RTP/SAVP, RTP/SAVPF, UDP/TLS/RTP/SAVPF (RFC 3711 §12, RFC 5764 §8).
  private static func isProtected(_ stream: MediaDescription) -> Bool {
    stream.proto.split(separator: "/").contains { $0.hasPrefix("SAVP") }
  }
}
