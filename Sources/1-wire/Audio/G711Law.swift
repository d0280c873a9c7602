/// The two ways of ITU-T G.711 to write a sample of 14 or 13 bits in one octet.
///
/// Samples are linear, of 16 bits, full scale being ±32767: the 14 bits of the µ-law and the 13
/// bits of the A-law are the upper ones.
public enum G711Law: UInt8, CaseIterable, Sendable {
  /// RTP payload type 0 (RFC 3551 §4.5.14).
  case mu = 0
  /// RTP payload type 8.
  case a = 8

  /// An octet for a sample, as it is sent: the µ-law inverted, the A-law with its even bits
  /// inverted (G.711 §3, notes to tables 1 and 2).
  public func encode(_ sample: Int16) -> UInt8 {
    switch self {
    case .mu: encodeMu(Int32(sample))
    case .a: encodeA(Int32(sample))
    }
  }

  /// The sample that an octet stands for: the middle of its interval.
  public func decode(_ octet: UInt8) -> Int16 {
    switch self {
    case .mu: decodeMu(octet)
    case .a: decodeA(octet)
    }
  }

  /// An octet that sounds like nothing.
  public var silence: UInt8 { encode(0) }

  /// One period of eight samples of the digital milliwatt, a tone of 1 kHz at 0 dBm0: G.711
  /// tables 5 (A-law) and 6 (µ-law).
  public var milliwatt: [UInt8] {
    switch self {
    case .mu: [0x1E, 0x0B, 0x0B, 0x1E, 0x9E, 0x8B, 0x8B, 0x9E]
    case .a: [0x34, 0x21, 0x21, 0x34, 0xB4, 0xA1, 0xA1, 0xB4]
    }
  }
}

// Either law: a sign, three bits for the segment (an interval twice as wide as the one below it)
// and four for the place in it.

/// Added to a magnitude of 14 bits, so that every µ-law segment begins at a power of two.
private let muBias: Int32 = 33
private let muLargest: Int32 = 8158

private func encodeMu(_ sample: Int32) -> UInt8 {
  // By magnitude, so that a wave and its mirror image are written alike.
  let magnitude = min(abs(sample) >> 2, muLargest) + muBias
  let segment = magnitude.topBit - 5
  let place = (magnitude >> (segment + 1)) & 0xF
  let sign: Int32 = sample < 0 ? 0x80 : 0
  return ~UInt8(truncatingIfNeeded: sign | segment << 4 | place)
}

private func decodeMu(_ octet: UInt8) -> Int16 {
  let code = Int32(~octet)
  let segment = (code >> 4) & 7
  let magnitude = ((code & 0xF) << 1 + muBias) << segment - muBias
  return Int16(truncatingIfNeeded: (code & 0x80 != 0 ? -magnitude : magnitude) << 2)
}

private func encodeA(_ sample: Int32) -> UInt8 {
  // The A-law has no zero: the intervals next to it are one for each sign. 12 bits of magnitude.
  let isNegative = sample < 0
  let magnitude = (isNegative ? ~sample : sample) >> 3
  let segment = max(0, magnitude.topBit - 4)
  let place = (magnitude >> max(1, segment)) & 0xF
  let sign: Int32 = isNegative ? 0 : 0x80
  return UInt8(truncatingIfNeeded: sign | segment << 4 | place) ^ 0x55
}

private func decodeA(_ octet: UInt8) -> Int16 {
  let code = Int32(octet ^ 0x55)
  let segment = (code >> 4) & 7
  let place = (code & 0xF) << 1 + 1
  let magnitude = segment == 0 ? place : (place + 32) << (segment - 1)
  return Int16(truncatingIfNeeded: (code & 0x80 == 0 ? -magnitude : magnitude) << 3)
}

extension Int32 {
  /// The place of the highest bit that is set; of zero, -1.
  fileprivate var topBit: Int32 { Int32(31 - leadingZeroBitCount) }
}
