/// Why octets are not a sound that can be played; its maker is to blame.
public enum WaveFault: Error, Equatable, Sendable {
  case notWave
  /// A chunk is announced longer than the file, or lacks what it must hold.
  case cutShort
  /// No format or no samples.
  case incomplete
  /// Something else than linear samples of 16 bits; the format's number as the file has it.
  case encoding(format: UInt16, bits: UInt16)
  case rate(UInt32)
  case channels(UInt16)
  case tooLong
}

extension WaveFault: CustomStringConvertible {
  /// To be read after the name of the file.
  public var description: String {
    switch self {
    case .notWave: "is no WAV file"
    case .cutShort: "is cut short"
    case .incomplete: "holds no sound"
    case .encoding(let format, let bits):
      "holds samples of \(bits) bits in the format \(format), where linear ones of 16 bits "
        + "(format 1) are needed"
    case .rate(let rate): "has \(rate) samples a second, where 8000 are needed (or 16000)"
    case .channels(let count): "has \(count) channels, where 1 is needed (or 2)"
    case .tooLong: "is longer than \(WaveFile.longestSeconds / 60) minutes"
    }
  }
}
