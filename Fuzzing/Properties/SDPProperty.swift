import Addressing
import SDP

func checkSDP(_ octets: [UInt8]) throws(PropertyViolation) {
  guard let offer = try? SessionDescription(octets) else { return }
  try expectRoundTrip(offer)
  for stream in offer.media {
    _ = offer.direction(of: stream)
    _ = offer.address(of: stream)
    _ = offer.hasICE(stream)
  }
  _ = offer.firstAudioCodec
  let ports = [UInt16](repeating: 20_000, count: offer.media.count)
  let origin = SDPOrigin(
    sessionID: "1", sessionVersion: "1",
    connection: SDPConnection(networkType: "IN", addressType: "IP4", address: "192.0.2.1"))
  let answer = offer.answer(
    origin: origin, address: .v4(0xC000_0201), ports: ports, policy: .anyCodec)
  // RFC 3264 §6: the answer "MUST contain exactly the same number of "m=" lines as the offer".
  try expectEqual("as many streams as offered", answer.media.count, offer.media.count)
  try expectRoundTrip(answer)
}

/// Octets that are not UTF-8 become U+FFFD where a field is text, and the line grows by it.
private let roomy = SDPLimits(
  bytes: 1 << 22, lines: 1 << 16, lineBytes: 1 << 20, media: SDPLimits.standard.media)

private func expectRoundTrip(_ description: SessionDescription) throws(PropertyViolation) {
  let octets = description.serialized
  guard let again = try? SessionDescription(octets, limits: roomy) else {
    throw PropertyViolation(
      "a written description is readable", description, String(decoding: octets, as: UTF8.self))
  }
  try expectEqual("a description read again", again, description)
  try expectEqual("a description written again", again.serialized, octets)
}
