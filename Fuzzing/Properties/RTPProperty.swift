import Machines
import RTP

/// The first octet chooses a clock rate; then packets follow, each behind an octet that gives its
/// length and one that gives the time since the packet before.
func checkRTP(_ octets: [UInt8]) throws(PropertyViolation) {
  var statistics = ReceiverStatistics(dynamicClockRate: octets.first.map { 1 << ($0 % 33) })
  var arrival = Instant(nanoseconds: 0)
  var rest = octets.dropFirst()
  try checkPacket(rest, into: &statistics, at: arrival)
  while let count = rest.popFirst(), let pause = rest.popFirst() {
    arrival = arrival + .nanoseconds(1 << (pause % 42))
    try checkPacket(rest.prefix(Int(count)), into: &statistics, at: arrival)
    rest = rest.dropFirst(Int(count))
  }
  _ = (statistics.lost, statistics.late, statistics.duplicates)
  _ = (statistics.jitterNanoseconds, statistics.jitter())
}

private func checkPacket(
  _ octets: ArraySlice<UInt8>, into statistics: inout ReceiverStatistics, at arrival: Instant
) throws(PropertyViolation) {
  // An array of its own: reading past it would read another allocation.
  let packet = Array(octets)
  let bytes = packet.span.bytes
  switch MediaPacketKind(bytes) {
  case .rtp: try checkData(bytes, into: &statistics, at: arrival)
  case .rtcp: try checkControl(bytes)
  case .stun, .zrtp, .dtls, .turnChannel, .unknown: break
  }
}

private func checkData(
  _ bytes: RawSpan, into statistics: inout ReceiverStatistics, at arrival: Instant
) throws(PropertyViolation) {
  guard let header = try? RTPHeader(bytes) else { return }
  let payload = bytes.byteCount - header.payloadOffset
  try expectEqual("the payload is inside the packet", payload >= 0, true)
  if let padding = try? header.paddingLength(in: bytes) {
    try expectEqual("padding is inside the payload", padding <= payload, true)
  }
  for index in 0..<header.contributingSourceCount {
    let source = header.contributingSource(index, in: bytes)
    try expectEqual("a contributing source that was counted is there", source != nil, true)
  }
  statistics.receive(header, payloadOctets: payload, at: arrival)
}

private func checkControl(_ bytes: RawSpan) throws(PropertyViolation) {
  var compound = RTCPCompound()
  var isWhole = false
  var end = 0
  while true {
    guard let step = try? compound.next(in: bytes) else { break }
    try expectEqual("packets follow one another", step.body.lowerBound >= end + 4, true)
    try expectEqual("a body is inside the compound", step.body.upperBound <= bytes.byteCount, true)
    end = step.body.upperBound
    _ = SenderReport(step, in: bytes)
    for index in 0...step.count { _ = ReceptionReport(index, of: step, in: bytes) }
  }
  do throws(RTCPFault) {
    isWhole = try compound.next(in: bytes) == nil && bytes.byteCount > 0
  } catch {
    isWhole = false
  }
  try expectEqual("a walk to the end is a valid compound", isWhole, RTCPCompound.isValid(bytes))
}
