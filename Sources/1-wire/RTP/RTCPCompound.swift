/// Walks the packets of an RTCP compound (RFC 3550 §6.1).
///
/// The walker holds an offset only; the octets are borrowed anew for each step, so that nothing
/// of them escapes. Each step advances by at least four octets, hence the walk ends.
public struct RTCPCompound: Equatable, Sendable {
  private var offset = 0

  public init() {}

  /// The next packet, or nil at the exact end of the octets.
  public mutating func next(in bytes: RawSpan) throws(RTCPFault) -> RTCPPacket? {
    guard offset < bytes.byteCount else { return nil }
    guard let first = bytes.octet(at: offset), let type = bytes.octet(at: offset + 1),
      let words = bytes.word16(at: offset + 2)
    else { throw .truncated }
    guard first >> 6 == Layout.version else { throw .version }
    let start = offset + Layout.headerLength
    let end = start + 4 * Int(words)
    guard end <= bytes.byteCount else { throw .truncated }
    let padding = try Self.padding(first: first, body: start..<end, in: bytes)
    offset = end
    return RTCPPacket(
      type: RTCPPacketType(rawValue: type), count: Int(first & Layout.countMask),
      body: start..<(end - padding))
  }

  /// Padding is allowed on the last packet alone, in whole words, its last octet counting itself.
  private static func padding(
    first: UInt8, body: Range<Int>, in bytes: RawSpan
  ) throws(RTCPFault) -> Int {
    guard first & Layout.paddingBit != 0 else { return 0 }
    guard body.upperBound == bytes.byteCount, !body.isEmpty,
      let count = bytes.octet(at: body.upperBound - 1),
      count > 0, count % 4 == 0, Int(count) <= body.count
    else { throw .padding }
    return Int(count)
  }

  /// Whether a datagram is a compound that a conforming sender could have sent: RFC 3550
  /// appendix A.2, with RFC 5506 §3.4.2's allowance for a lone packet of another type.
  ///
  /// Nothing after the first eight octets can be judged under SRTCP, whose trailer makes the
  /// lengths disagree: there, look at the packet's kind only.
  public static func isValid(_ bytes: RawSpan) -> Bool {
    var compound = RTCPCompound()
    var packets = 0
    do throws(RTCPFault) {
      while try compound.next(in: bytes) != nil { packets += 1 }
    } catch {
      return false
    }
    return packets > 0
  }

  private enum Layout {
    static let version: UInt8 = 2
    static let paddingBit: UInt8 = 0x20
    static let countMask: UInt8 = 0x1F
    static let headerLength = 4
  }
}
