/// A sound as telephones carry it: 8000 linear samples a second, one channel.
///
/// Read from a RIFF file of linear PCM in 16 bits, the form that every sound editor writes
/// (Microsoft and IBM, "Multimedia Programming Interface and Data Specifications 1.0", 1991).
/// 16,000 samples a second and two channels are brought down to what is needed.
public struct WaveFile: Equatable, Sendable {
  public static let rate = 8000
  public static let longestSeconds = 600
  /// The longest file worth reading: the longest sound at twice the rate, in two channels, and
  /// room for what editors put beside it.
  public static let maximumOctets = longestSeconds * 2 * rate * 2 * 2 + 1 << 20

  public let samples: [Int16]

  public init(_ octets: [UInt8]) throws(WaveFault) {
    guard octets.count <= Self.maximumOctets else { throw .tooLong }
    guard octets.word(at: 0) == Layout.riff, octets.word(at: 8) == Layout.wave else {
      throw .notWave
    }
    var format: Format?
    var position = 12
    while let name = octets.word(at: position), let length = octets.word(at: position + 4) {
      let body = position + 8
      // A writer that could not know the length, because it wrote to a pipe, says the most.
      let rest = octets.count - body
      let count = Int(length)
      switch name {
      case Layout.format:
        guard count <= rest else { throw .cutShort }
        format = try Format(octets, at: body, count: count)
      case Layout.data:
        guard let format else { throw .incomplete }
        guard count <= rest || length >= 0x7FFF_0000 else { throw .cutShort }
        samples = try format.read(octets, body..<(body + min(count, rest)))
        return
      default:
        break
      }
      // Chunks begin at even offsets.
      guard count <= rest else { break }
      position = body + count + count % 2
    }
    throw .incomplete
  }

  private enum Layout {
    static let riff: UInt32 = 0x4646_4952
    static let wave: UInt32 = 0x4556_4157
    static let format: UInt32 = 0x2074_6D66
    static let data: UInt32 = 0x6174_6164
  }
}

/// The chunk `fmt `:
///
///     0 format   2 channels   4 samples a second   8 octets a second
///     12 octets of a sample of all channels   14 bits of a sample
///     16 length of what follows   24 the format, if that at 0 is "extensible"
private struct Format {
  let channels: Int
  let isTwiceAsFast: Bool

  init(_ octets: [UInt8], at start: Int, count: Int) throws(WaveFault) {
    guard count >= 16, var number = octets.half(at: start),
      let channels = octets.half(at: start + 2), let rate = octets.word(at: start + 4),
      let bits = octets.half(at: start + 14)
    else { throw .cutShort }
    if number == 0xFFFE {
      guard count >= 26, let inner = octets.half(at: start + 24) else { throw .cutShort }
      number = inner
    }
    guard number == 1, bits == 16 else { throw .encoding(format: number, bits: bits) }
    guard (1...2).contains(channels) else { throw .channels(channels) }
    guard rate == WaveFile.rate || rate == 2 * WaveFile.rate else { throw .rate(rate) }
    self.channels = Int(channels)
    isTwiceAsFast = rate != WaveFile.rate
  }

  func read(_ octets: [UInt8], _ range: Range<Int>) throws(WaveFault) -> [Int16] {
    let count = range.count / (2 * channels)
    guard count > 0 else { throw .incomplete }
    let longest = WaveFile.longestSeconds * WaveFile.rate * (isTwiceAsFast ? 2 : 1)
    guard count <= longest else { throw .tooLong }
    var samples: [Int16] = []
    samples.reserveCapacity(count)
    for index in 0..<count {
      var sum = 0
      for channel in 0..<channels {
        let place = range.lowerBound + 2 * (index * channels + channel)
        sum += Int(Int16(bitPattern: octets.half(at: place) ?? 0))
      }
      samples.append(Int16(truncatingIfNeeded: sum / channels))
    }
    return isTwiceAsFast ? halved(samples) : samples
  }
}

/// Every other sample, after a low-pass at a quarter of the rate: the half-band filter that is
/// flattest at both ends, of eleven taps, with weights of 1/512.
private func halved(_ samples: [Int16]) -> [Int16] {
  let weights: [(distance: Int, weight: Int)] = [(1, 150), (3, -25), (5, 3)]
  func sample(_ index: Int) -> Int {
    Int(samples[min(max(0, index), samples.count - 1)])
  }
  return stride(from: 0, to: samples.count, by: 2).map { index in
    var sum = 256 * sample(index)
    for (distance, weight) in weights {
      sum += weight * (sample(index - distance) + sample(index + distance))
    }
    return Int16(clamping: sum / 512)
  }
}

extension [UInt8] {
  fileprivate func half(at offset: Int) -> UInt16? {
    guard offset >= 0, offset + 2 <= count else { return nil }
    return UInt16(self[offset]) | UInt16(self[offset + 1]) << 8
  }

  fileprivate func word(at offset: Int) -> UInt32? {
    guard let low = half(at: offset), let high = half(at: offset + 2) else { return nil }
    return UInt32(low) | UInt32(high) << 16
  }
}
