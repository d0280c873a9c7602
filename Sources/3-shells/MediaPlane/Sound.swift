import Audio

/// A stretch of sound in both laws of G.711, cut into frames of 20 ms. Made once, when the node
/// loads it, and shared by all who hear it.
///
/// Unchecked, because: the octets are written before the initializer returns and never again.
package final class Sound: @unchecked Sendable {
  /// The samples of a packet, and the octets: 20 ms at 8 kHz.
  package static let frameOctets = 160
  package static let frameLength = Duration.milliseconds(20)

  package let frames: Int
  /// The µ-law's octets, then as many of the A-law.
  private let octets: UnsafeMutablePointer<UInt8>

  /// - Parameter samples: linear, 8000 a second; the last frame is filled with silence.
  package convenience init(samples: [Int16]) {
    self.init(frames: (samples.count + Self.frameOctets - 1) / Self.frameOctets) { law, index in
      law.encode(index < samples.count ? samples[index] : 0)
    }
  }

  private init(frames: Int, octet: (G711Law, Int) -> UInt8) {
    self.frames = frames
    let count = frames * Self.frameOctets
    octets = .allocate(capacity: max(1, 2 * count))
    for index in 0..<count {
      (octets + index).initialize(to: octet(.mu, index))
      (octets + count + index).initialize(to: octet(.a, index))
    }
  }

  deinit { octets.deallocate() }

  /// The octets in one law: `frames` times `frameOctets`, for as long as the sound lives.
  func start(_ law: G711Law) -> UnsafePointer<UInt8> {
    UnsafePointer(law == .mu ? octets : octets + frames * Self.frameOctets)
  }

  /// The digital milliwatt: 1 kHz at 0 dBm0, to be repeated.
  package static let milliwatt = Sound(frames: 1) { law, index in law.milliwatt[index % 8] }

  package static let silence = Sound(frames: 1) { law, _ in law.silence }

  /// 1 kHz at -10 dBm0: an eighth of a turn a sample, to be repeated.
  package static let pip: Sound = {
    let period: [Int16] = [0, 5067, 7166, 5067, 0, -5067, -7166, -5067]
    return Sound(frames: 1) { law, index in law.encode(period[index % 8]) }
  }()
}
